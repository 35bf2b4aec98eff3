#include "engine/photo/formats/stored_density.h"

#include <cstdint>
#include <limits>

#include "engine/photo/formats/stored_number.h"

namespace colourize::photo {
namespace {

std::optional<Density> density(double horizontal, double vertical) {
  if (horizontal <= 0 || vertical <= 0) return {};
  return Density{horizontal, vertical, Density::Unit::metre};
}

// Adobe Photoshop File Formats Specification, "Document file formats": three sections that begin with their length.
constexpr std::size_t psd_header = 26;
constexpr std::size_t psd_length = 4;

// "Image resource blocks": a mark, a number, a name of an even length with its own length byte, a length, data of an
// even length.
std::optional<std::size_t> psd_resource(std::span<const std::byte> file, std::uint32_t wanted) {
  const auto colours = big_endian(file, psd_header, psd_length);
  if (!colours) return {};
  std::size_t at = psd_header + psd_length + *colours;
  const auto length = big_endian(file, at, psd_length);
  if (!length) return {};
  at += psd_length;
  for (const std::size_t end = at + *length; at < end;) {
    constexpr std::size_t name_at = 6;
    const auto number = big_endian(file, at + 4, 2);
    const auto name = big_endian(file, at + name_at, 1);
    if (!number || !name) return {};
    const std::size_t size_at = at + name_at + (std::size_t{*name} + 2) / 2 * 2;
    const auto size = big_endian(file, size_at, psd_length);
    if (!size) return {};
    if (*number == wanted) return size_at + psd_length;
    at = size_at + psd_length + *size + *size % 2;
  }
  return {};
}

}  // namespace

// BITMAPINFOHEADER and its successors: pixels for a metre, as signed numbers.
std::optional<Density> bmp_density(std::span<const std::byte> file) {
  constexpr std::size_t header_size_at = 14;
  constexpr std::uint32_t smallest_header = 40;  // OS/2's first one is smaller, and has no density
  constexpr std::size_t horizontal_at = 38;
  constexpr std::size_t vertical_at = 42;
  const auto header_size = little_endian(file, header_size_at, 4);
  const auto horizontal = little_endian(file, horizontal_at, 4);
  const auto vertical = little_endian(file, vertical_at, 4);
  constexpr std::uint32_t largest = std::numeric_limits<std::int32_t>::max();
  if (!header_size || *header_size < smallest_header || !horizontal || !vertical) return {};
  if (*horizontal > largest || *vertical > largest) return {};
  return density(*horizontal, *vertical);
}

// Its ResolutionInfo: pixels for an inch, times 65536, whatever unit Photoshop shows.
std::optional<Density> psd_density(std::span<const std::byte> file) {
  constexpr std::uint32_t resolution_info = 1005;
  constexpr std::size_t vertical_at = 8;
  constexpr double one = 65536;
  const auto at = psd_resource(file, resolution_info);
  if (!at) return {};
  const auto horizontal = big_endian(file, *at, 4);
  const auto vertical = big_endian(file, *at + vertical_at, 4);
  if (!horizontal || !vertical) return {};
  return density(*horizontal / one * inches_per_metre, *vertical / one * inches_per_metre);
}

}  // namespace colourize::photo
