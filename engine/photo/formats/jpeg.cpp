// JPEG (ITU T.81), by libjpeg-turbo.
//
// Uses the integer inverse DCT and interpolated ("fancy") chroma. Every processor computes both alike, so the same file
// gives the same samples everywhere.
#include <algorithm>
#include <array>
#include <string>

#include "engine/photo/formats/format.h"
#include "engine/photo/formats/inks.h"
#include "engine/photo/formats/jpeg_process.h"
#include "engine/photo/formats/jpeg_reader.h"
#include "engine/photo/formats/jpeg_segments.h"
#include "engine/photo/formats/jpeg_texts.h"
#include "engine/photo/formats/jpeg_writer.h"
#include "system/error.h"

namespace colourize::photo {
namespace {

using namespace std::string_view_literals;

constexpr auto name_of_format = "JPEG"sv;
constexpr std::array extensions{".jpg"sv, ".jpeg"sv, ".jpe"sv, ".jfif"sv};
constexpr auto output_extensions = std::span(extensions).first<2>();

bool recognises(std::span<const std::byte> file, std::string_view /*extension*/) {
  constexpr std::array mark{std::byte{0xFF}, std::byte{0xD8}, std::byte{0xFF}};
  return file.size() >= mark.size() && std::ranges::equal(file.first<mark.size()>(), mark);
}

[[noreturn]] void refuse_kind(const std::string& name, const char* kind) {
  throw Error(ErrorKind::unsupported, name, std::string("is a JPEG of an unsupported kind (") + kind + ")",
              "save it as an RGB JPEG or PNG");
}

// Called after an error of libjpeg.
[[noreturn]] void refuse(const JpegReader& reader, const std::string& name) {
  if (reader.unsupported()) refuse_kind(name, reader.reason());
  if (reader.sound_rows() > 0) refuse_incomplete(name, name_of_format, reader.reason());
  refuse_damaged(name, name_of_format, reader.reason());
}

StoredSize read_header(JpegReader& reader, const std::string& name) {
  jpeg_decompress_struct& codec = reader.codec();
  if (const char* process = unread_process(reader.file())) {
    throw Error(ErrorKind::unsupported, name, std::string("is a ") + process + ", which cannot be read",
                "convert it to PNG or TIFF");
  }
  if (!reader.read_header()) refuse(reader, name);
  // A picture of two components does not say what they are.
  constexpr int most_components = inks;
  if (codec.num_components == 2 || codec.num_components > most_components)
    refuse_kind(name, "its number of components");
  // The functions below return eight bits, whatever else a version of the library can do.
  constexpr int bits = 8;
  if (codec.data_precision != bits) refuse_kind(name, "its bits per sample");
  return {static_cast<int>(codec.image_width), static_cast<int>(codec.image_height), codec.num_components == 1 ? 1 : 3,
          bits};
}

StoredSize size(std::span<const std::byte> file, const std::string& name) {
  JpegReader reader(file, true);
  return read_header(reader, name);
}

// JFIF's units (ITU T.871, 10.1): 0 is the proportion alone, 1 an inch, 2 a centimetre.
std::optional<Density> density_of(const jpeg_decompress_struct& codec) {
  if (codec.saw_JFIF_marker == FALSE || codec.X_density == 0 || codec.Y_density == 0) return {};
  constexpr double centimetres = 100;
  const double per_metre = codec.density_unit == 1 ? inches_per_metre : centimetres;
  const double horizontal = codec.X_density;
  const double vertical = codec.Y_density;
  switch (codec.density_unit) {
    case 0:
      if (codec.X_density == codec.Y_density) return {};  // what writes none writes this
      return Density{horizontal, vertical, Density::Unit::none};
    case 1:
    case 2:
      return Density{horizontal * per_metre, vertical * per_metre, Density::Unit::metre};
    default:
      return {};
  }
}

Salvage salvage_of(const JpegReader& reader, Raster8& raster) {
  const int sound = reader.sound_rows();
  leave_grey(raster, sound);
  return {.rows = raster.height, .missing_rows = raster.height - sound, .cut_short = reader.cut_short()};
}

StoredPicture load(std::span<const std::byte> file, const std::string& name, Damage damage, const Warn& warn);

// libjpeg cannot continue after an error between two scans. In a file that ends before the error, it meets the end
// instead.
StoredPicture load_before_error(std::span<const std::byte> file, const std::string& name, const JpegReader& reader,
                                const Warn& warn) {
  if (reader.sound_bytes() >= file.size()) refuse_damaged(name, name_of_format, reader.reason());
  StoredPicture picture = load(file.first(reader.sound_bytes()), name, Damage::salvage, warn);
  if (!picture.salvage) picture.salvage = Salvage{.rows = std::get<Raster8>(picture.pixels).height};
  picture.salvage->cut_short = reader.cut_short();
  return picture;
}

StoredPicture load(std::span<const std::byte> file, const std::string& name, Damage damage, const Warn& warn) {
  JpegReader reader(file, damage == Damage::refuse);
  const StoredSize size = read_header(reader, name);
  const bool mixed = reader.codec().num_components == static_cast<int>(inks);
  const std::optional<Density> density = density_of(reader.codec());
  Raster8 raster(size.width, size.height, size.channels);
  std::optional<InkConversion> conversion;
  if (mixed) conversion.emplace(jpeg_profile(file));
  std::vector<JSAMPLE> ink_row(mixed ? static_cast<std::size_t>(size.width) * inks : 0);
  bool lacks_scans = false;
  const auto stored = [&](Raster8 pixels, std::optional<Salvage> salvage) {
    StoredPicture picture{std::move(pixels), salvage, density};
    if (conversion) conversion->warn_of(name, warn);
    if (conversion && conversion->by_profile()) picture.profile = srgb_profile();
    return picture;
  };

  const bool decoded = reader.run([&](jpeg_decompress_struct& codec) {
    codec.dct_method = JDCT_ISLOW;
    codec.do_fancy_upsampling = TRUE;
    codec.out_color_space = mixed ? JCS_CMYK : size.channels == 1 ? JCS_GRAYSCALE : JCS_RGB;
    jpeg_start_decompress(&codec);  // reads all scans where there are several
    lacks_scans = jpeg_has_multiple_scans(&codec) != FALSE && reader.lacks_scans();
    while (codec.output_scanline < codec.output_height) {
      const auto row = raster.row(static_cast<int>(codec.output_scanline));
      JSAMPROW to = mixed ? ink_row.data() : row.data();
      jpeg_read_scanlines(&codec, &to, 1);
      if (conversion) conversion->run<JSAMPLE>(ink_row, row);
    }
  });
  if (!decoded) {
    if (damage == Damage::refuse || reader.sound_rows() == 0) refuse(reader, name);
    raster = {};  // two at once may need too much memory
    return load_before_error(file, name, reader, warn);
  }
  if (reader.damaged() || lacks_scans) {
    const char* reason = reader.damaged() ? reader.reason() : "some of its scans are missing";
    if (reader.sound_rows() == 0) refuse_damaged(name, name_of_format, reason);
    if (damage == Damage::refuse) refuse_incomplete(name, name_of_format, reason);
    const Salvage salvage = salvage_of(reader, raster);
    return stored(std::move(raster), salvage);
  }

  // All of the picture is here. A missing end mark, or something odd after it, deserves a warning.
  const bool ended = reader.run([](jpeg_decompress_struct& codec) { jpeg_finish_decompress(&codec); });
  if (ended && reader.cut_short()) {
    warn(name + ": has no end mark; its picture is whole");
  } else if (!ended || *reader.remark() != '\0') {
    warn(name + ": is odd, and may be damaged: " + (ended ? reader.remark() : reader.reason()));
  }
  return stored(std::move(raster), {});
}

StoredPicture load_with_texts(std::span<const std::byte> file, const std::string& name, Damage damage,
                              const Warn& warn) {
  StoredPicture picture = load(file, name, damage, warn);
  picture.texts = jpeg_texts(file, name, warn);
  return picture;
}

}  // namespace

namespace formats {
extern const PictureFormat jpeg{.name = name_of_format,
                                .extensions = extensions,
                                .output_extensions = output_extensions,
                                .recognises = recognises,
                                .size = size,
                                .load = load_with_texts,
                                .save = nullptr,
                                .with_texts = with_jpeg_texts,
                                .stream = stream_jpeg};
}  // namespace formats

}  // namespace colourize::photo
