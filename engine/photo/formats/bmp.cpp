// BMP: palettes, run lengths and 24 bits read by ourselves, because stb_image knows no run lengths and misreads the
// palettes of OS/2; 16 and 32 bits by stb_image.
//
// Sources: Microsoft, "Bitmap Storage" and "Bitmap Compression" (Windows GDI); IBM, "OS/2 Presentation Manager
// Programming Reference", bitmap file format, for headers of 12 and 64 bytes.
#include <algorithm>
#include <array>
#include <climits>
#include <cstdlib>

#include "engine/photo/formats/format.h"
#include "engine/photo/formats/run_lengths.h"
#include "engine/photo/formats/stb_reader.h"
#include "engine/photo/formats/stored_density.h"
#include "engine/photo/formats/stored_number.h"
#include "system/error.h"

namespace colourize::photo {
namespace {

using namespace std::string_view_literals;

constexpr auto name_of_format = "BMP"sv;
constexpr std::array extensions{".bmp"sv, ".dib"sv};

struct Header {
  int width = 0;
  int height = 0;
  bool top_down = false;
  unsigned bits = 0;              // of a pixel
  unsigned coding = 0;            // biCompression
  std::size_t palette_at = 0;     // byte of the file
  std::size_t palette_entry = 4;  // bytes: blue, green, red, and with 4 one that means nothing
  std::size_t palette_size = 0;   // entries
  std::size_t pixels_at = 0;      // byte of the file
};

enum Coding : unsigned { plain = 0, rle8 = 1, rle4 = 2 };

constexpr std::size_t header_at = 14;
constexpr std::uint32_t first_os2_header = 12;
constexpr std::uint32_t second_os2_header = 64;

bool recognises(std::span<const std::byte> file, std::string_view /*extension*/) {
  return file.size() >= 2 && file[0] == std::byte{'B'} && file[1] == std::byte{'M'};
}

[[noreturn]] void refuse_kind(const std::string& name, const std::string& kind) {
  throw Error(ErrorKind::unsupported, name, "is a BMP " + kind, "save it as an RGB JPEG or PNG");
}

// In the header of Windows, and OS/2's second one, which begins alike.
void read_coding(std::span<const std::byte> file, const std::string& name, std::uint32_t header_size, Header& header) {
  constexpr std::size_t coding_at = 30;
  constexpr std::uint32_t jpeg = 4;
  constexpr std::uint32_t png = 5;
  header.coding = little_endian(file, coding_at, 4).value_or(plain);
  if (header_size == second_os2_header && header.coding > rle4) refuse_kind(name, "with a coding of OS/2's own");
  if (header.coding == jpeg) refuse_kind(name, "that holds a JPEG");
  if (header.coding == png) refuse_kind(name, "that holds a PNG");
}

Header read_header(std::span<const std::byte> file, const std::string& name) {
  constexpr std::array<std::uint32_t, 7> header_sizes{first_os2_header, 40, 52, 56, second_os2_header, 108, 124};
  constexpr std::size_t pixels_at = 10;
  const auto pixels = little_endian(file, pixels_at, 4);
  const auto header_size = little_endian(file, header_at, 4);
  if (!pixels || !header_size) refuse_damaged(name, name_of_format, "impossible header");
  if (std::ranges::find(header_sizes, *header_size) == header_sizes.end()) refuse_header(name, name_of_format, nullptr);
  const bool first_os2 = *header_size == first_os2_header;
  const std::size_t number = first_os2 ? 2 : 4;
  std::size_t at = header_at + 4;
  const auto width = little_endian(file, at, number);
  const auto height = little_endian(file, at += number, number);
  const auto planes = little_endian(file, at += number, 2);
  const auto bits = little_endian(file, at + 2, 2);
  if (!bits || *planes != 1) refuse_damaged(name, name_of_format, "impossible header");
  // A negative height says that rows run from top to bottom.
  const auto signed_height = static_cast<std::int32_t>(*height);
  const bool possible = *width >= 1 && *width <= INT_MAX && signed_height != 0 && signed_height != INT_MIN;
  if (!possible) refuse_damaged(name, name_of_format, "no pixels");

  Header header{.width = static_cast<int>(*width),
                .height = std::abs(signed_height),
                .top_down = signed_height < 0,
                .bits = *bits,
                .palette_at = header_at + *header_size,
                .palette_entry = first_os2 ? std::size_t{3} : std::size_t{4},
                .pixels_at = *pixels};
  if (!first_os2) read_coding(file, name, *header_size, header);
  if (header.pixels_at < header.palette_at) refuse_damaged(name, name_of_format, "impossible header");
  // As many colours as fit before the pixels: some files state another number.
  constexpr std::size_t most_colours = 256;
  header.palette_size = std::min((header.pixels_at - header.palette_at) / header.palette_entry, most_colours);
  return header;
}

bool is_read_by_stb(const Header& header) {
  constexpr unsigned words = 16;
  constexpr unsigned doubles = 32;
  return header.bits == words || header.bits == doubles;
}

void check_kind(const Header& header, const std::string& name) {
  constexpr std::array<unsigned, 5> depths{1, 2, 4, 8, 24};
  const bool fits = header.coding == plain || (header.coding == rle8 && header.bits == 8) ||
                    (header.coding == rle4 && header.bits == 4);
  if (!fits || std::ranges::find(depths, header.bits) == depths.end()) refuse_header(name, name_of_format, nullptr);
}

StoredSize size(std::span<const std::byte> file, const std::string& name) {
  const Header header = read_header(file, name);
  if (is_read_by_stb(header)) return stb_size(file, name, name_of_format);
  check_kind(header, name);
  return {header.width, header.height, 3, 8};
}

// Rows of whole 4 bytes; the last one may lack those that only fill it up.
std::vector<std::span<const std::byte>> plain_rows(std::span<const std::byte> pixels, const Header& header,
                                                   const std::string& name) {
  const std::size_t bytes = (static_cast<std::size_t>(header.width) * header.bits + 7) / 8;
  const std::size_t stride = (bytes + 3) / 4 * 4;
  const auto rows = static_cast<std::size_t>(header.height);
  if (pixels.size() < bytes || (pixels.size() - bytes) / stride < rows - 1) {
    refuse_damaged(name, name_of_format, "it ends before its picture does");
  }
  std::vector<std::span<const std::byte>> result(rows);
  for (std::size_t y = 0; y < rows; ++y) result[y] = pixels.subspan(y * stride, bytes);
  return result;
}

using Palette = std::array<std::array<std::uint8_t, 3>, 256>;

// R G B; a colour that the file does not have is black.
Palette read_palette(std::span<const std::byte> file, const Header& header) {
  Palette palette{};
  for (std::size_t i = 0; i < header.palette_size; ++i) {
    const std::size_t at = header.palette_at + i * header.palette_entry;
    for (std::size_t c = 0; c < 3; ++c) {
      palette.at(i).at(c) = static_cast<std::uint8_t>(little_endian(file, at + 2 - c, 1).value_or(0));
    }
  }
  return palette;
}

// The leftmost pixel lies in the highest bits.
void look_up_row(std::span<const std::byte> from, unsigned bits, const Palette& palette, std::span<std::uint8_t> to) {
  const unsigned in_a_byte = 8 / bits;
  const unsigned mask = (1U << bits) - 1;
  for (std::size_t x = 0; x < to.size() / 3; ++x) {
    const auto byte = std::to_integer<unsigned>(from[x / in_a_byte]);
    const unsigned shift = (in_a_byte - 1 - static_cast<unsigned>(x % in_a_byte)) * bits;
    std::ranges::copy(palette.at(byte >> shift & mask), to.subspan(3 * x).begin());
  }
}

void read_blue_green_red(std::span<const std::byte> from, std::span<std::uint8_t> to) {
  for (std::size_t i = 0; i < to.size(); ++i) to[i] = std::to_integer<std::uint8_t>(from[i - i % 3 + 2 - i % 3]);
}

StoredPicture load(std::span<const std::byte> file, const std::string& name, Damage /*damage*/, const Warn& /*warn*/) {
  const Header header = read_header(file, name);
  if (is_read_by_stb(header)) {
    StoredPicture picture = stb_picture(file, name, name_of_format, stb_size(file, name, name_of_format));
    picture.density = bmp_density(file);
    return picture;
  }
  check_kind(header, name);
  const auto pixels = file.subspan(std::min(header.pixels_at, file.size()));
  const Palette palette = read_palette(file, header);
  std::vector<std::byte> indices;  // one a pixel, where run lengths were taken apart
  std::vector<std::span<const std::byte>> rows;
  unsigned bits = header.bits;
  if (header.coding == plain) {
    rows = plain_rows(pixels, header, name);
  } else {
    const auto width = static_cast<std::size_t>(header.width);
    const auto height = static_cast<std::size_t>(header.height);
    indices.resize(width * height);
    if (!take_bmp_runs_apart(pixels, header.bits, width, indices)) {
      refuse_damaged(name, name_of_format, "it ends before its picture does");
    }
    bits = 8;
    for (std::size_t y = 0; y < height; ++y) rows.emplace_back(std::span(indices).subspan(y * width, width));
  }
  Raster8 raster(header.width, header.height, 3);
  for (int y = 0; y < header.height; ++y) {
    const auto from = rows[static_cast<std::size_t>(header.top_down ? y : header.height - 1 - y)];
    if (bits > 8) {
      read_blue_green_red(from, raster.row(y));
    } else {
      look_up_row(from, bits, palette, raster.row(y));
    }
  }
  return {std::move(raster), {}, bmp_density(file)};
}

}  // namespace

namespace formats {
extern const PictureFormat bmp{name_of_format, extensions, {}, recognises, size, load, nullptr};
}  // namespace formats

}  // namespace colourize::photo
