#include "engine/photo/boxes.h"

#include <algorithm>
#include <bit>
#include <cstdint>
#include <limits>
#include <optional>
#include <stdexcept>

#include "engine/photo/formats/stored_number.h"

namespace colourize::photo {
namespace {

constexpr std::size_t short_header = 8;
constexpr std::size_t long_header = 16;

// The length of the box that begins the bytes, with its header; 0: to their end. None where it is no box.
struct Extent {
  std::size_t header;
  std::uint64_t length;
};
std::optional<Extent> extent_of(std::span<const std::byte> bytes) {
  const auto length = big_endian(bytes, 0, 4);
  if (!length || bytes.size() < short_header) return {};
  if (*length == 0) return Extent{short_header, bytes.size()};
  if (*length != 1) return *length < short_header ? std::nullopt : std::optional(Extent{short_header, *length});
  const auto high = big_endian(bytes, short_header, 4);
  const auto low = big_endian(bytes, short_header + 4, 4);
  if (!high || !low) return {};
  const std::uint64_t whole = std::uint64_t{*high} << 32U | *low;
  return whole < long_header ? std::nullopt : std::optional(Extent{long_header, whole});
}

}  // namespace

std::vector<Box> boxes_in(std::span<const std::byte> bytes) {
  constexpr std::size_t most = 1000;
  std::vector<Box> boxes;
  std::size_t place = 0;
  while (place < bytes.size() && boxes.size() < most) {
    const auto rest = bytes.subspan(place);
    const auto extent = extent_of(rest);
    if (!extent) break;
    const auto length = static_cast<std::size_t>(std::min<std::uint64_t>(extent->length, rest.size()));
    boxes.push_back({.type = {reinterpret_cast<const char*>(rest.data()) + 4, 4},  // NOLINT: the same bytes
                     .content = rest.first(length).subspan(extent->header),
                     .place = place,
                     .whole = extent->length <= rest.size()});
    place += length;
  }
  return boxes;
}

void append_box(std::vector<std::byte>& to, std::string_view type, std::span<const std::byte> content) {
  if (content.size() > std::numeric_limits<std::uint32_t>::max() - short_header) {
    throw std::length_error("a box holds less than 4 GB");
  }
  const auto length = static_cast<std::uint32_t>(content.size() + short_header);
  for (unsigned bits = 32; bits > 0; bits -= 8) to.push_back(static_cast<std::byte>(length >> (bits - 8) & 0xFFU));
  for (const char c : type) to.push_back(static_cast<std::byte>(c));
  to.insert(to.end(), content.begin(), content.end());
}

void insert_boxes_before(std::vector<std::byte>& file, std::initializer_list<std::string_view> types,
                         std::span<const std::byte> boxes) {
  const std::vector<Box> present = boxes_in(file);
  const auto found =
      std::ranges::find_if(present, [&](const Box& box) { return std::ranges::find(types, box.type) != types.end(); });
  const std::size_t place = found == present.end() ? file.size() : found->place;
  file.insert(file.begin() + static_cast<std::ptrdiff_t>(place), boxes.begin(), boxes.end());
}

}  // namespace colourize::photo
