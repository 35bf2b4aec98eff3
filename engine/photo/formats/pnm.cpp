// PNM (netpbm's PBM, PGM and PPM, plain and binary: "P1" to "P6"), read by ourselves: stb_image knows the binary grey
// and colour ones alone, leaves 16-bit samples in the file's byte order, and takes any largest value for 255 or 65535.
#include <algorithm>
#include <array>
#include <cctype>
#include <cstdint>
#include <limits>
#include <optional>

#include "engine/photo/formats/format.h"
#include "engine/photo/formats/pnm_words.h"

namespace colourize::photo {
namespace {

using namespace std::string_view_literals;

constexpr auto name_of_format = "PNM"sv;
constexpr std::array extensions{".pnm"sv, ".pbm"sv, ".pgm"sv, ".ppm"sv};

struct Header {
  bool plain;  // samples are words; otherwise bytes
  bool bilevel;
  int width;
  int height;
  int channels;      // 1 or 3
  unsigned largest;  // the value of white, 1 to 65535; above 255 a sample has two bytes, the higher one first
  std::size_t data;  // where the samples begin
};

bool recognises(std::span<const std::byte> file, std::string_view /*extension*/) {
  if (file.size() < 2 || file[0] != std::byte{'P'}) return false;
  const auto kind = std::to_integer<char>(file[1]);
  if (kind == '5' || kind == '6') return true;
  // The others could be words of a text.
  const int after = file.size() > 2 ? std::to_integer<int>(file[2]) : ' ';
  return kind >= '1' && kind <= '4' && (std::isspace(after) != 0 || after == '#');
}

Header read_header(std::span<const std::byte> file, const std::string& name) {
  constexpr int largest_allowed = 65535;
  const char kind = file.size() > 1 ? std::to_integer<char>(file[1]) : '\0';
  const bool bilevel = kind == '1' || kind == '4';
  PnmWords words(file, 2);
  const auto width = words.number();
  const auto height = words.number();
  const auto largest = bilevel ? std::optional(1) : words.number();
  if (!width || !height || !largest || *width < 1 || *height < 1 || *largest < 1 || *largest > largest_allowed) {
    refuse_damaged(name, name_of_format, "impossible header");
  }
  // Exactly one character of white space stands before the samples.
  return {.plain = kind >= '1' && kind <= '3',
          .bilevel = bilevel,
          .width = *width,
          .height = *height,
          .channels = kind == '3' || kind == '6' ? 3 : 1,
          .largest = static_cast<unsigned>(*largest),
          .data = words.place() + 1};
}

StoredSize size_of(const Header& header) {
  return {header.width, header.height, header.channels, header.largest > UINT8_MAX ? 16 : 8};
}

StoredSize size(std::span<const std::byte> file, const std::string& name) {
  return size_of(read_header(file, name));
}

// White at the type's largest value; of bilevel pictures, 1 is black.
template <typename Sample>
Sample scaled(std::uint32_t value, const Header& header) {
  constexpr std::uint32_t full = std::numeric_limits<Sample>::max();
  if (header.bilevel) return value == 0 ? full : 0;
  return static_cast<Sample>((std::min(value, header.largest) * full + header.largest / 2) / header.largest);
}

// Fills the raster's rows from the samples; returns how many came. The first `possible` rows may be there.
template <typename Sample>
int read_plain(std::span<const std::byte> samples, const Header& header, int possible, Raster<Sample>& raster) {
  PnmWords words(samples, 0);
  for (int y = 0; y < possible; ++y) {
    for (Sample& sample : raster.row(y)) {
      const auto value = header.bilevel ? words.bit() : words.number();
      if (!value) return y;
      sample = scaled<Sample>(static_cast<std::uint32_t>(*value), header);
    }
  }
  return possible;
}

template <typename Sample>
void read_binary(std::span<const std::byte> from, const Header& header, std::span<Sample> to) {
  const std::byte* next = from.data();
  for (Sample& sample : to) {
    std::uint32_t value = 0;
    for (std::size_t i = 0; i < sizeof(Sample); ++i) value = value << 8U | std::to_integer<std::uint32_t>(*next++);
    sample = scaled<Sample>(value, header);
  }
}

// Eight pixels a byte, the leftmost one in its highest bit.
template <typename Sample>
void read_bits(std::span<const std::byte> from, const Header& header, std::span<Sample> to) {
  for (std::size_t x = 0; x < to.size(); ++x) {
    to[x] = scaled<Sample>(std::to_integer<std::uint32_t>(from[x / 8]) >> (7 - x % 8) & 1U, header);
  }
}

// The fewest bytes that a row has: of a plain one, a digit and a white space for each sample.
template <typename Sample>
std::size_t row_bytes(const Header& header) {
  const auto samples = static_cast<std::size_t>(header.width) * static_cast<std::size_t>(header.channels);
  if (header.bilevel) return header.plain ? samples : (samples + 7) / 8;
  return samples * (header.plain ? 2 : sizeof(Sample));
}

template <typename Sample>
StoredPicture load_samples(std::span<const std::byte> file, const Header& header, const std::string& name,
                           Damage damage) {
  const auto samples = file.subspan(std::min(header.data, file.size()));
  const std::size_t bytes = row_bytes<Sample>(header);
  // A plain picture's last sample needs no white space after it.
  const std::size_t there = samples.size() + (header.plain ? 1 : 0);
  auto rows = static_cast<int>(std::min(there / bytes, static_cast<std::size_t>(header.height)));
  constexpr auto reason = "it ends before its picture does";
  const auto expect_rows = [&] {
    if (rows == 0) refuse_damaged(name, name_of_format, reason);
    if (rows < header.height && damage == Damage::refuse) refuse_incomplete(name, name_of_format, reason);
  };
  expect_rows();  // before memory is taken
  Raster<Sample> raster(header.width, header.height, header.channels);
  if (header.plain) {
    rows = read_plain(samples, header, rows, raster);
    expect_rows();
  }
  for (int y = 0; !header.plain && y < rows; ++y) {
    const auto from = samples.subspan(static_cast<std::size_t>(y) * bytes, bytes);
    header.bilevel ? read_bits(from, header, raster.row(y)) : read_binary(from, header, raster.row(y));
  }
  if (rows == header.height) return {std::move(raster), {}};
  leave_grey(raster, rows);
  return {std::move(raster), Salvage{.rows = header.height, .missing_rows = header.height - rows, .cut_short = true}};
}

StoredPicture load(std::span<const std::byte> file, const std::string& name, Damage damage, const Warn& /*warn*/) {
  const Header header = read_header(file, name);
  return size_of(header).bits == 16 ? load_samples<std::uint16_t>(file, header, name, damage)
                                    : load_samples<std::uint8_t>(file, header, name, damage);
}

}  // namespace

namespace formats {
extern const PictureFormat pnm{name_of_format, extensions, {}, recognises, size, load, nullptr};
}  // namespace formats

}  // namespace colourize::photo
