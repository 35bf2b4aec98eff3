#include "engine/photo/decode.h"

#include <fmt/core.h>

#include <algorithm>
#include <array>
#include <optional>
#include <utility>

#include "engine/photo/colour_space.h"
#include "engine/photo/formats/table.h"
#include "engine/photo/tones.h"
#include "engine/photo/xmp_packet.h"
#include "system/error.h"
#include "system/mapped_file.h"

namespace colourize::photo {
namespace {

// Where EXIF's orientation puts the stored picture's row 0 and column 0 (Exif 2.32, tag 0x0112), and so where a sample
// of the upright picture is stored.
struct Orientation {
  bool transposed;  // rows are columns
  bool from_right;  // of the stored picture's x, after transposing
  bool from_bottom;
};
constexpr std::array<Orientation, 9> orientations{{{false, false, false},
                                                   {false, false, false},
                                                   {false, true, false},
                                                   {false, true, true},
                                                   {false, false, true},
                                                   {true, false, false},
                                                   {true, false, true},
                                                   {true, true, true},
                                                   {true, true, false}}};

// The stored picture turned upright; grey becomes RGB, alpha stays.
template <typename Sample>
Raster<Sample> upright(Raster<Sample> stored, int orientation) {
  const Orientation& turn = orientations.at(static_cast<std::size_t>(orientation));
  const bool grey = stored.channels < 3;
  if (!grey && orientation <= 1) return stored;
  const bool alpha = stored.channels == 2 || stored.channels == 4;
  const auto channels = static_cast<std::size_t>(stored.channels);
  Raster<Sample> raster(turn.transposed ? stored.height : stored.width, turn.transposed ? stored.width : stored.height,
                        alpha ? 4 : 3);
  for (int y = 0; y < raster.height; ++y) {
    Sample* to = raster.row(y).data();
    for (int x = 0; x < raster.width; ++x) {
      int stored_x = turn.transposed ? y : x;
      int stored_y = turn.transposed ? x : y;
      if (turn.from_right) stored_x = stored.width - 1 - stored_x;
      if (turn.from_bottom) stored_y = stored.height - 1 - stored_y;
      const auto pixel = static_cast<std::size_t>(stored_y) * static_cast<std::size_t>(stored.width) +
                         static_cast<std::size_t>(stored_x);
      const Sample* from = stored.samples.data() + pixel * channels;
      for (std::size_t c = 0; c < 3; ++c) *to++ = from[grey ? 0 : c];
      if (alpha) *to++ = from[channels - 1];
    }
  }
  return raster;
}

bool is_for_grey(std::span<const std::byte> profile) {
  if (profile.empty()) return false;
  const auto space = ColourSpace::of_profile(profile);
  return space != nullptr && space->kind() == ColourSpace::Kind::grey;
}

// Where a picture of RGB is grey, makes it one of grey. In lossy WebP, grey is luma without chroma, from which libwebp
// computes 64 red = c - 1160, 64 green = c - 1161, 64 blue = c - 1160 (src/dsp/yuv.h): rounded down, green can be one
// less.
template <typename Sample>
std::optional<Raster<Sample>> as_grey(const Raster<Sample>& raster) {
  const auto channels = static_cast<std::size_t>(raster.channels);
  Raster<Sample> grey(raster.width, raster.height, raster.channels - 2);
  Sample* to = grey.samples.data();
  for (auto from = raster.samples.begin(); from != raster.samples.end(); from += raster.channels) {
    if (from[0] != from[2] || from[0] < from[1] || from[0] - from[1] > 1) return {};
    *to++ = from[0];
    if (channels == 4) *to++ = from[3];
  }
  return grey;
}

void take_grey(StoredPicture& picture) {
  std::visit(
      [&](const auto& raster) {
        if (raster.channels < 3) return;
        if (auto grey = as_grey(raster)) picture.pixels = *std::move(grey);
      },
      picture.pixels);
}

void check_size(const StoredSize& size, const std::string& name, const DecodeOptions& options) {
  constexpr double million = 1e6;
  const double megapixels = static_cast<double>(size.width) * size.height / million;
  // An extremely long strip would need memory for its length times the generator's side.
  constexpr int longest_side = 200'000;
  if (std::max(size.width, size.height) > longest_side) {
    throw Error(ErrorKind::unsupported, name,
                "is " + std::to_string(size.width) + " x " + std::to_string(size.height) + " pixels, longer than " +
                    std::to_string(longest_side));
  }
  if (megapixels <= static_cast<double>(options.megapixels)) return;
  throw Error(ErrorKind::too_large, name,
              "has " + std::to_string(size.width) + " x " + std::to_string(size.height) + " pixels, more than " +
                  std::to_string(options.megapixels) + " million",
              "raise the limit if the picture is sound and memory suffices");
}

void warn_of(const Salvage& salvage, const std::string& name, const Warn& warn) {
  const char* what = salvage.cut_short ? "is truncated" : "is damaged";
  if (salvage.missing_rows == 1) {
    warn(fmt::format("{}: {}: the last of its {} rows is missing and stays grey", name, what, salvage.rows));
  } else if (salvage.missing_rows > 0) {
    warn(fmt::format("{}: {}: its last {} of {} rows are missing and stay grey", name, what, salvage.missing_rows,
                     salvage.rows));
  } else {
    warn(fmt::format("{}: {}: all of its rows are there, but parts of them may be coarse or wrong", name, what));
  }
}

// A packet that cannot be parsed cannot be changed either, but for its orientation, because the pixels are upright.
void keep_unparsed_xmp(Photo& photo, const std::string& name, const Warn& warn) {
  const std::string& packet = photo.metadata.unparsed_xmp();
  if (packet.empty()) return;
  if (packet.size() > most_text_bytes) {
    warn(name + ": its XMP cannot be parsed, is larger than what is carried over as it is, and is left out");
    return;
  }
  photo.texts.push_back({Text::Kind::xmp, with_upright_orientation(packet)});
}

// Returns what the photo keeps of it.
std::shared_ptr<const FilmFrame> settle_film(StoredPicture& stored, const std::optional<FilmTransfer>& chosen,
                                             const std::string& name, const Warn& warn) {
  if (!stored.film) return nullptr;
  if (!chosen && !stored.film->stated) {
    throw Error(
        ErrorKind::unsupported, name,
        fmt::format("does not say what its numbers mean (its transfer characteristic is {})", stored.film->code),
        "choose whether they are linear, log or video");
  }
  const FilmTransfer transfer = chosen ? *chosen : *stored.film->stated;
  apply_film_transfer(transfer, stored.pixels, name, warn);
  return std::make_shared<FilmFrame>(FilmFrame{transfer, std::move(stored.film->header)});
}

}  // namespace

Photo decode(const std::filesystem::path& path, const DecodeOptions& options, const Warn& warn) {
  const MappedFile file(path);
  return decode(file.bytes(), path.string(), options, warn);
}

StoredSize stored_size(const std::filesystem::path& path) {
  try {
    const MappedFile file(path);
    const PictureFormat& format = recognise(file.bytes(), path.string());
    return (format.largest != nullptr ? format.largest : format.size)(file.bytes(), path.string());
  } catch (const Error&) {
    return {};
  }
}

Photo decode(std::span<const std::byte> file, const std::string& name, const DecodeOptions& options, const Warn& warn) {
  const PictureFormat& format = recognise(file, name);
  check_size(format.size(file, name), name, options);
  StoredPicture stored = format.load(file, name, options.salvage ? Damage::salvage : Damage::refuse, warn);
  if (stored.salvage) warn_of(*stored.salvage, name, warn);
  Photo photo;
  photo.film = settle_film(stored, options.dpx_transfer, name, warn);
  photo.salvage = stored.salvage;
  photo.density = stored.density;
  photo.metadata =
      stored.metadata.empty() ? Metadata::read(file, name, warn) : Metadata::of_blocks(stored.metadata, name, warn);
  if (!stored.profile.empty()) photo.metadata = photo.metadata.with_profile(stored.profile);
  if (stored.grey_as_rgb && is_for_grey(photo.metadata.profile())) take_grey(stored);
  photo.texts = std::move(stored.texts);
  keep_unparsed_xmp(photo, name, warn);
  const int orientation = stored.orientation.value_or(photo.metadata.orientation());
  const bool transposed = orientations.at(static_cast<std::size_t>(orientation)).transposed;
  if (photo.density && transposed) photo.density = photo.density->turned();
  bool grey = false;
  std::visit(
      [&](auto& raster) {
        grey = raster.channels < 3;
        photo.pixels = upright(std::move(raster), orientation);
      },
      stored.pixels);
  settle_tones(photo, grey, stored.stated, name, warn);
  return photo;
}

}  // namespace colourize::photo
