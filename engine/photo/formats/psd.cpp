// PSD: its composite picture, which Photoshop stores beside the layers. RGB by stb_image, the other modes by ourselves.
//
// Source: Adobe Photoshop File Formats Specification (2019), "Photoshop File Format".
#include <fmt/core.h>

#include <array>

#include "engine/photo/formats/format.h"
#include "engine/photo/formats/inks.h"
#include "engine/photo/formats/psd_resources.h"
#include "engine/photo/formats/run_lengths.h"
#include "engine/photo/formats/stb_reader.h"
#include "engine/photo/formats/stored_density.h"
#include "engine/photo/formats/stored_number.h"
#include "system/error.h"

namespace colourize::photo {
namespace {

using namespace std::string_view_literals;

constexpr auto name_of_format = "PSD"sv;
constexpr std::array extensions{".psd"sv};
constexpr auto mark = "8BPS"sv;

enum Mode : unsigned { grey = 1, indexed = 2, rgb = 3, cmyk = 4, duotone = 8 };
constexpr std::array mode_names{"bilevel", "grey", "indexed", "RGB", "CMYK", "", "", "multichannel", "duotone", "Lab"};

struct Header {
  int width = 0;
  int height = 0;
  unsigned channels = 0;  // that the file has, 1 to 56
  unsigned bits = 0;      // of a sample: 8 or 16
  unsigned mode = 0;

  bool has_16_bits() const { return bits == 16; }
  std::size_t row_bytes() const { return static_cast<std::size_t>(width) * bits / 8; }
};

bool recognises(std::span<const std::byte> file, std::string_view /*extension*/) {
  for (std::size_t i = 0; i < mark.size(); ++i) {
    if (i >= file.size() || std::to_integer<char>(file[i]) != mark[i]) return false;
  }
  return true;
}

// How many channels make the picture in this mode; 0: such a PSD is not read.
unsigned channels_of(unsigned mode) {
  switch (mode) {
    case grey:
    case indexed:
    case duotone:  // its grey; Photoshop keeps to itself how its inks mix
      return 1;
    case rgb:
      return 3;
    case cmyk:
      return inks;
    default:
      return 0;
  }
}

// "File Header Section".
Header read_header(std::span<const std::byte> file, const std::string& name) {
  constexpr std::uint32_t version_of_psd = 1;
  constexpr std::uint32_t largest_side = 30'000;
  constexpr std::uint32_t most_channels = 56;
  const auto version = big_endian(file, 4, 2);
  const auto channels = big_endian(file, 12, 2);
  const auto height = big_endian(file, 14, 4);
  const auto width = big_endian(file, 18, 4);
  const auto bits = big_endian(file, 22, 2);
  const auto mode = big_endian(file, 24, 2);
  if (!recognises(file, {}) || !mode) refuse_header(name, name_of_format, nullptr);
  if (*version != version_of_psd) {
    throw Error(ErrorKind::unsupported, name, "is a PSB, Photoshop's format for large documents", "save it as a PNG");
  }
  if (*mode < mode_names.size() && *mode_names.at(*mode) != '\0' && channels_of(*mode) == 0) {
    throw Error(ErrorKind::unsupported, name, fmt::format("is a {} PSD, which cannot be read", mode_names.at(*mode)),
                "save it as an RGB JPEG or PNG");
  }
  if (*bits == 32) {
    throw Error(ErrorKind::unsupported, name, "is a PSD of 32 bits a sample", "save it with 16 bits a sample");
  }
  const bool depth_fits = *bits == 8 || (*bits == 16 && *mode != indexed);
  const bool sides_fit = *width >= 1 && *width <= largest_side && *height >= 1 && *height <= largest_side;
  if (channels_of(*mode) == 0 || *channels < channels_of(*mode) || *channels > most_channels || !depth_fits ||
      !sides_fit) {
    refuse_header(name, name_of_format, nullptr);
  }
  return {static_cast<int>(*width), static_cast<int>(*height), *channels, *bits, *mode};
}

StoredSize size(std::span<const std::byte> file, const std::string& name) {
  const Header header = read_header(file, name);
  const int bits = header.has_16_bits() ? 16 : 8;
  const bool in_colour = header.mode == indexed || header.mode == cmyk;
  if (header.mode != rgb) return {header.width, header.height, in_colour ? 3 : 1, bits};
  StoredSize size = stb_size(file, name, name_of_format);
  // What stb_image does not tell: it gives every PSD an alpha channel, and 8 bits.
  size.channels = header.channels > 3 ? 4 : 3;
  size.bits = bits;
  return size;
}

// The place of the composite picture, after three sections that begin with their length.
std::size_t picture_at(std::span<const std::byte> file, const std::string& name) {
  constexpr std::size_t header_bytes = 26;
  std::size_t at = header_bytes;
  for (int section = 0; section < 3; ++section) {
    const auto length = big_endian(file, at, 4);
    if (!length || file.size() - at - 4 < *length) {
      refuse_damaged(name, name_of_format, "it ends before its picture does");
    }
    at += 4 + std::size_t{*length};
  }
  return at;
}

// The first `wanted` channels, one after another, each of rows of header.row_bytes(). "Image Data Section": 0 is raw, 1
// are run lengths, whose counts of bytes for all rows of all channels come first.
std::vector<std::byte> read_channels(std::span<const std::byte> file, const Header& header, unsigned wanted,
                                     const std::string& name) {
  constexpr auto too_short = "it ends before its picture does";
  const std::size_t at = picture_at(file, name);
  const auto coding = big_endian(file, at, 2);
  if (!coding) refuse_damaged(name, name_of_format, too_short);
  if (*coding > 1) refuse_header(name, name_of_format, "its picture is zipped");
  std::span<const std::byte> data = file.subspan(at + 2);
  const std::size_t rows = static_cast<std::size_t>(header.height) * wanted;
  const std::size_t bytes = rows * header.row_bytes();
  if (*coding == 0) {
    if (data.size() / header.channels < bytes / wanted) refuse_damaged(name, name_of_format, too_short);
    return {data.begin(), data.begin() + static_cast<std::ptrdiff_t>(bytes)};
  }
  const std::size_t counts = static_cast<std::size_t>(header.height) * header.channels * 2;
  if (data.size() < counts) refuse_damaged(name, name_of_format, too_short);
  std::size_t coded = 0;
  for (std::size_t at_count = 0; at_count < counts; at_count += 2) coded += *big_endian(data, at_count, 2);
  if (data.size() - counts < coded) refuse_damaged(name, name_of_format, too_short);
  std::size_t row_at = counts;
  std::vector<std::byte> result(bytes);
  for (std::size_t row = 0; row < rows; ++row) {
    const std::size_t count = *big_endian(data, row * 2, 2);
    const auto to = std::span(result).subspan(row * header.row_bytes(), header.row_bytes());
    if (!take_packed_bits_apart(data.subspan(row_at, count), to)) {
      refuse_damaged(name, name_of_format, "a row of it ends early");
    }
    row_at += count;
  }
  return result;
}

// From big-endian channels to a raster of pixels; `channels` of them.
template <typename Sample>
Raster<Sample> interleaved(std::span<const std::byte> from, const Header& header, unsigned channels) {
  Raster<Sample> raster(header.width, header.height, static_cast<int>(channels));
  const std::size_t pixels = static_cast<std::size_t>(header.width) * static_cast<std::size_t>(header.height);
  for (std::size_t channel = 0; channel < channels; ++channel) {
    for (std::size_t pixel = 0; pixel < pixels; ++pixel) {
      const std::size_t at = (channel * pixels + pixel) * sizeof(Sample);
      raster.samples[pixel * channels + channel] = static_cast<Sample>(*big_endian(from, at, sizeof(Sample)));
    }
  }
  return raster;
}

template <typename Sample>
StoredPicture load_samples(std::span<const std::byte> file, const Header& header, const std::string& name,
                           const Warn& warn) {
  const unsigned channels = channels_of(header.mode);
  const auto from = read_channels(file, header, channels, name);
  Raster<Sample> stored = interleaved<Sample>(from, header, channels);
  if (header.mode != cmyk) return {std::move(stored), {}};
  Raster<Sample> mixed(header.width, header.height, 3);
  const InkConversion conversion(psd_resource(file, psd_profile));
  conversion.run<Sample>(stored.samples, mixed.samples);
  conversion.warn_of(name, warn);
  StoredPicture picture{std::move(mixed), {}};
  if (conversion.by_profile()) picture.profile = srgb_profile();
  return picture;
}

// "Color Mode Data Section": all reds, then all greens, then all blues.
Raster8 load_indexed(std::span<const std::byte> file, const Header& header, const std::string& name) {
  constexpr std::size_t colours_at = 30;
  constexpr std::size_t colours = 256;
  if (big_endian(file, colours_at - 4, 4) != 3 * colours) refuse_damaged(name, name_of_format, "it has no palette");
  const auto from = read_channels(file, header, 1, name);
  Raster8 raster(header.width, header.height, 3);
  for (std::size_t i = 0; i < raster.samples.size(); ++i) {
    const auto index = std::to_integer<std::size_t>(from[i / 3]);
    raster.samples[i] = std::to_integer<std::uint8_t>(file[colours_at + i % 3 * colours + index]);
  }
  return raster;
}

StoredPicture load_mode(std::span<const std::byte> file, const Header& header, const std::string& name,
                        const Warn& warn) {
  switch (header.mode) {
    case rgb:
      return stb_picture(file, name, name_of_format, size(file, name));
    case indexed:
      return {load_indexed(file, header, name), {}};
    default:
      return header.has_16_bits() ? load_samples<std::uint16_t>(file, header, name, warn)
                                  : load_samples<std::uint8_t>(file, header, name, warn);
  }
}

StoredPicture load(std::span<const std::byte> file, const std::string& name, Damage /*damage*/, const Warn& warn) {
  const Header header = read_header(file, name);
  StoredPicture picture = load_mode(file, header, name, warn);
  picture.density = psd_density(file);
  if (picture.profile.empty()) {
    const auto profile = psd_resource(file, psd_profile);
    picture.profile.assign(profile.begin(), profile.end());
  }
  if (header.mode == duotone) warn(name + ": is a duotone; its grey is coloured, without its inks");
  const unsigned further = header.channels - channels_of(header.mode);
  if (header.mode != rgb && further > 0) {
    warn(fmt::format("{}: {} further {} left out", name, further, further == 1 ? "channel is" : "channels are"));
  }
  return picture;
}

}  // namespace

namespace formats {
extern const PictureFormat psd{name_of_format, extensions, {}, recognises, size, load, nullptr};
}  // namespace formats

}  // namespace colourize::photo
