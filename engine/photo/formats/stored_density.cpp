#include "engine/photo/formats/stored_density.h"

#include <cstdint>
#include <limits>

#include "engine/photo/formats/psd_resources.h"
#include "engine/photo/formats/stored_number.h"

namespace colourize::photo {
namespace {

std::optional<Density> density(double horizontal, double vertical) {
  if (horizontal <= 0 || vertical <= 0) return {};
  return Density{horizontal, vertical, Density::Unit::metre};
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
  const auto resource = psd_resource(file, resolution_info);
  const auto horizontal = big_endian(resource, 0, 4);
  const auto vertical = big_endian(resource, vertical_at, 4);
  if (!horizontal || !vertical) return {};
  return density(*horizontal / one * inches_per_metre, *vertical / one * inches_per_metre);
}

}  // namespace colourize::photo
