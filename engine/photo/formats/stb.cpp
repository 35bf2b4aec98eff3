// BMP, TGA and PSD, read by stb_image, which trusts the file. Where a file ends early, stb_image continues with zeros,
// or with whatever is in memory. So its memory begins as zeros (stb_image.cpp), and it reads through a source that
// notices.
#include <algorithm>
#include <array>
#include <climits>
#include <cstdlib>
#include <cstring>
#include <memory>
#include <string>

#define STBI_NO_STDIO
#include <stb_image.h>

#include "engine/photo/formats/format.h"
#include "engine/photo/formats/stored_density.h"
#include "system/error.h"

namespace colourize::photo {
namespace {

using namespace std::string_view_literals;

// The file as stb_image reads it: through a buffer of its own, or by larger portions past it.
class Source {
 public:
  explicit Source(std::span<const std::byte> file) : rest_(file) {}

  // Whether something was read that was not there. Its buffer is filled 128 bytes at a time, and the last filling may
  // fall short of that; a second one that gets nothing, or a portion of another size that falls short, was needed.
  bool overrun() const { return overrun_; }

  static const stbi_io_callbacks& callbacks() {
    static constexpr stbi_io_callbacks functions{read, skip, at_end};
    return functions;
  }

 private:
  static constexpr int buffer_size = 128;

  static int read(void* user, char* data, int size) {
    auto& source = *static_cast<Source*>(user);
    const auto wanted = static_cast<std::size_t>(size);
    const std::size_t count = std::min(wanted, source.rest_.size());
    if (count > 0) std::memcpy(data, source.rest_.data(), count);
    std::memset(data + count, 0, wanted - count);
    source.rest_ = source.rest_.subspan(count);
    if (count < wanted && (size != buffer_size || count == 0)) source.overrun_ = true;
    return static_cast<int>(count);
  }
  static void skip(void* user, int size) {
    auto& source = *static_cast<Source*>(user);
    source.rest_ = source.rest_.subspan(std::min(static_cast<std::size_t>(std::max(size, 0)), source.rest_.size()));
  }
  static int at_end(void* user) { return static_cast<Source*>(user)->rest_.empty() ? 1 : 0; }

  std::span<const std::byte> rest_;
  bool overrun_ = false;
};

// Why stb_image refuses the file; null where it does not tell.
const char* stb_reason() {
  // stb_image reports this after its last format has refused the file, so it says nothing.
  constexpr auto empty_reason = "Image not of any known type, or corrupt"sv;
  const char* reason = stbi_failure_reason();
  return reason == nullptr || reason == empty_reason ? nullptr : reason;
}

// A PSD's mode stands at a fixed place (Adobe Photoshop File Formats Specification, "File Header Section"); stb_image
// reads RGB only.
void refuse_other_modes(std::span<const std::byte> psd, const std::string& name) {
  constexpr std::size_t mode_at = 25;
  constexpr std::array modes{"bilevel", "grey", "indexed", "RGB", "CMYK", "", "", "multichannel", "duotone", "Lab"};
  const std::size_t mode = psd.size() > mode_at ? std::to_integer<std::size_t>(psd[mode_at]) : modes.size();
  if (mode >= modes.size() || modes[mode] == "RGB"sv || modes[mode] == ""sv) return;
  throw Error(ErrorKind::unsupported, name, std::string("is a ") + modes[mode] + " PSD; only RGB ones are read",
              "save it as an RGB JPEG or PNG");
}

// What stb_image does not tell of a PSD ("File Header Section"): whether its samples have 16 bits, and how many
// channels it has. stb_image gives every PSD an alpha channel.
void read_psd_header(std::span<const std::byte> psd, StoredSize& size) {
  constexpr std::size_t channels_at = 13;  // the lower of two bytes: there are at most 56
  constexpr std::size_t depth_at = 23;
  if (psd.size() <= depth_at) return;
  size.channels = std::to_integer<int>(psd[channels_at]) > 3 ? 4 : 3;
  size.bits = std::to_integer<int>(psd[depth_at]) == 16 ? 16 : 8;
}

StoredSize read_header(std::span<const std::byte> file, const std::string& name, std::string_view format) {
  if (file.size() > INT_MAX) {
    throw Error(ErrorKind::unsupported, name, "is larger than 2 GB", "pictures of this size cannot be read");
  }
  Source source(file);
  StoredSize size;
  if (format == "PSD") refuse_other_modes(file, name);
  if (stbi_info_from_callbacks(&Source::callbacks(), &source, &size.width, &size.height, &size.channels) == 0) {
    refuse_header(name, format, nullptr);
  }
  // A BMP whose rows run from top to bottom has a negative height; load() gives it as others.
  if (size.height > INT_MIN) size.height = std::abs(size.height);
  if (size.width < 1 || size.height < 1) refuse_damaged(name, format, "no pixels");
  Source again(file);
  size.bits = stbi_is_16_bit_from_callbacks(&Source::callbacks(), &again) != 0 ? 16 : 8;
  if (format == "PSD") read_psd_header(file, size);
  return size;
}

template <typename Sample>
Raster<Sample> without_alpha(const Raster<Sample>& raster) {
  Raster<Sample> result(raster.width, raster.height, 3);
  const Sample* from = raster.samples.data();
  for (std::size_t i = 0; i < result.samples.size(); i += 3, from += 4) std::copy_n(from, 3, &result.samples[i]);
  return result;
}

template <typename Sample, typename Load>
StoredPicture load_samples(Load function, std::span<const std::byte> file, const StoredSize& expected,
                           const std::string& name, std::string_view format) {
  Source source(file);
  StoredSize size;
  // The last argument: no conversion.
  const std::unique_ptr<Sample, void (*)(void*)> samples(
      function(&Source::callbacks(), &source, &size.width, &size.height, &size.channels, 0), stbi_image_free);
  if (samples == nullptr) refuse_damaged(name, format, stb_reason());
  if (source.overrun()) refuse_damaged(name, format, "it ends before its picture does");
  if (size.width != expected.width || size.height != expected.height || size.channels < 1 || size.channels > 4) {
    refuse_damaged(name, format, "two different sizes");
  }
  Raster<Sample> raster(size.width, size.height, size.channels);
  std::copy_n(samples.get(), raster.samples.size(), raster.samples.data());
  if (raster.channels == 4 && expected.channels == 3) raster = without_alpha(raster);
  return {std::move(raster), {}};
}

StoredPicture load(std::span<const std::byte> file, const std::string& name, std::string_view format) {
  const StoredSize size = read_header(file, name, format);
  return size.bits == 16 ? load_samples<std::uint16_t>(stbi_load_16_from_callbacks, file, size, name, format)
                         : load_samples<std::uint8_t>(stbi_load_from_callbacks, file, size, name, format);
}

// One of its formats, as a type: a row of the table is made of plain functions.
template <typename Format>
constexpr PictureFormat row() {
  return {.name = Format::name,
          .extensions = Format::extensions,
          .output_extensions = {},
          .recognises = Format::recognises,
          .size = [](std::span<const std::byte> file,
                     const std::string& name) { return read_header(file, name, Format::name); },
          .load =
              [](std::span<const std::byte> file, const std::string& name, Damage /*damage*/, const Warn& /*warn*/) {
                StoredPicture picture = load(file, name, Format::name);
                picture.density = Format::density(file);
                return picture;
              },
          .save = nullptr,
          .with_texts = nullptr};
}

bool starts_with(std::span<const std::byte> file, std::string_view mark) {
  return file.size() >= mark.size() && std::memcmp(file.data(), mark.data(), mark.size()) == 0;
}

struct Bmp {
  static constexpr auto name = "BMP"sv;
  static constexpr std::array extensions{".bmp"sv};
  static bool recognises(std::span<const std::byte> file, std::string_view /*extension*/) {
    return starts_with(file, "BM"sv);
  }
  static constexpr auto density = bmp_density;
};

// It has no mark; but its second byte tells whether it has a colour map (0 or 1), and its third what its pixels are:
// with a colour map, RGB or grey, and 8 more where they are run-length coded (Truevision TGA 2.0).
struct Tga {
  static constexpr auto name = "TGA"sv;
  static constexpr std::array extensions{".tga"sv};
  static bool recognises(std::span<const std::byte> file, std::string_view extension) {
    if (extension != extensions.front() || file.size() < 3) return false;
    const auto pixels = std::to_integer<unsigned>(file[2]);
    return std::to_integer<unsigned>(file[1]) <= 1 && ((pixels >= 1 && pixels <= 3) || (pixels >= 9 && pixels <= 11));
  }
  static std::optional<Density> density(std::span<const std::byte> /*file*/) { return {}; }  // TGA knows none
};

struct Psd {
  static constexpr auto name = "PSD"sv;
  static constexpr std::array extensions{".psd"sv};
  static bool recognises(std::span<const std::byte> file, std::string_view /*extension*/) {
    return starts_with(file, "8BPS"sv);
  }
  static constexpr auto density = psd_density;
};

}  // namespace

namespace formats {
extern const PictureFormat bmp = row<Bmp>();
extern const PictureFormat tga = row<Tga>();
extern const PictureFormat psd = row<Psd>();
}  // namespace formats

}  // namespace colourize::photo
