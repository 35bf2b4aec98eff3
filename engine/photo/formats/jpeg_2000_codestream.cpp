#include "engine/photo/formats/jpeg_2000_codestream.h"

#include <fmt/core.h>

#include <algorithm>
#include <array>
#include <limits>
#include <vector>

#include "engine/photo/formats/stored_number.h"
#include "system/error.h"

namespace colourize::photo {
namespace {

constexpr auto name_of_format = "JPEG 2000";

// Table A.1.
constexpr std::uint32_t start_of_tile_part = 0xFF90;
constexpr std::uint32_t start_of_data = 0xFF93;
constexpr std::uint32_t end_of_codestream = 0xFFD9;
constexpr std::uint32_t coding_style = 0xFF52;
constexpr std::uint32_t coding_style_of_component = 0xFF53;

std::uint64_t parts_of(std::uint64_t whole, std::uint64_t part) {
  return (whole + part - 1) / part;
}

// The reference grid, A.5.1.
struct Grid {
  std::uint64_t width, height;            // of the picture on it
  std::uint64_t tile_width, tile_height;  // no larger than the picture
  std::uint64_t tiles;
};

class Headers {
 public:
  Headers(std::span<const std::byte> bytes, const std::string& name, Jpeg2000Layout& layout)
      : bytes_(bytes), name_(name), layout_(layout) {}

  void read() {
    read_size();
    constexpr std::size_t size_at = 2;
    std::size_t place = size_at + 2 + number(size_at + 2, 2);
    place = read_segments(place, grid_.tiles, grid_.width, grid_.height);
    read_tile_parts(place);
  }

 private:
  [[noreturn]] void refuse(const char* reason) const { refuse_damaged(name_, name_of_format, reason); }

  std::uint32_t number(std::size_t at, std::size_t bytes) const {
    const auto value = big_endian(bytes_, at, bytes);
    if (!value) refuse("it ends in its header");
    return *value;
  }

  // A.5.1. The segment SIZ comes first.
  void read_size() {
    if (number(0, 4) != 0xFF4FFF51) refuse("impossible header");
    std::array<std::uint64_t, 8> of{};  // width, height, left, top; of tiles the same
    for (std::size_t i = 0; i < of.size(); ++i) of.at(i) = number(8 + 4 * i, 4);
    const auto [right, bottom, left, top, tile_width, tile_height, tile_left, tile_top] = of;
    constexpr std::uint64_t most = std::numeric_limits<std::int32_t>::max();
    const bool possible = right <= most && bottom <= most && left < right && top < bottom && tile_width > 0 &&
                          tile_height > 0 && tile_left <= left && tile_top <= top && tile_left + tile_width > left &&
                          tile_top + tile_height > top;
    if (!possible) refuse("impossible header");
    grid_ = {.width = right - left,
             .height = bottom - top,
             .tile_width = std::min(tile_width, right - left),
             .tile_height = std::min(tile_height, bottom - top),
             .tiles = parts_of(right - tile_left, tile_width) * parts_of(bottom - tile_top, tile_height)};
    // Each tile has a header of 14 bytes at least (A.4.2, A.4.3), and there are no more numbers for them.
    constexpr std::uint64_t least_tile = 14;
    constexpr std::uint64_t most_tiles = 65535;
    if (grid_.tiles > most_tiles || grid_.tiles * least_tile > bytes_.size())
      refuse("it has fewer tiles than it states");
    read_components(left, top, right, bottom);
  }

  void read_components(std::uint64_t left, std::uint64_t top, std::uint64_t right, std::uint64_t bottom) {
    constexpr std::size_t count_at = 40;
    constexpr std::size_t components_at = 42;
    const std::size_t count = number(count_at, 2);
    if (number(4, 2) != components_at - 4 + 3 * count) refuse("impossible header");
    if (count < 1 || count > 4) {
      throw Error(ErrorKind::unsupported, name_,
                  fmt::format("is a JPEG 2000 of {} components; 1 to 4 can be read", count), "convert it to a TIFF");
    }
    for (std::size_t i = 0; i < count; ++i) {
      const std::uint32_t depth = number(components_at + 3 * i, 1);
      constexpr std::uint32_t sign = 128;
      const Jpeg2000Layout::Component component{.bits = depth % sign + 1,
                                                .with_sign = depth >= sign,
                                                .horizontal = number(components_at + 3 * i + 1, 1),
                                                .vertical = number(components_at + 3 * i + 2, 1)};
      if (component.horizontal == 0 || component.vertical == 0) refuse("impossible header");
      if (component.bits > 16) {
        throw Error(ErrorKind::unsupported, name_,
                    fmt::format("is a JPEG 2000 of {} bits a sample; at most 16 can be read", component.bits),
                    "convert it to a TIFF");
      }
      layout_.components.push_back(component);
    }
    // The picture has as many samples as the component that has the most.
    const auto horizontal = std::ranges::min(layout_.components, {}, &Jpeg2000Layout::Component::horizontal).horizontal;
    const auto vertical = std::ranges::min(layout_.components, {}, &Jpeg2000Layout::Component::vertical).vertical;
    layout_.width = static_cast<int>(parts_of(right, horizontal) - parts_of(left, horizontal));
    layout_.height = static_cast<int>(parts_of(bottom, vertical) - parts_of(top, vertical));
    if (layout_.width < 1 || layout_.height < 1) refuse("impossible header");
  }

  // Reads the segments of a header from here to the first tile-part or data, and returns the place of that. The header
  // is that of as many tiles, which lie in a rectangle of this size.
  std::size_t read_segments(std::size_t place, std::uint64_t tiles, std::uint64_t width, std::uint64_t height) const {
    for (;;) {
      const std::uint32_t mark = number(place, 2);
      if (mark == start_of_tile_part || mark == start_of_data) return place;
      constexpr std::uint32_t first_mark = 0xFF00;
      const std::uint32_t length = number(place + 2, 2);
      if (mark < first_mark || length < 2) refuse("impossible header");
      if (mark == coding_style) check_packets(place + 4, tiles, layout_.components.size(), width, height);
      if (mark == coding_style_of_component) check_packets(place + 4, tiles, 1, width, height, true);
      place += 2 + length;
    }
  }

  // OpenJPEG takes memory for each packet and each precinct. A packet has one byte at least (B.10), so there are no
  // more than bytes; four times as many are let through, because tiles at the picture's edge are counted whole.
  void check_packets(std::size_t place, std::uint64_t tiles, std::uint64_t components, std::uint64_t width,
                     std::uint64_t height, bool of_component = false) const {
    const bool own_precincts = number(place + (of_component ? 1 : 0), 1) % 2 == 1;
    const std::uint32_t layers = of_component ? 1 : number(place + 2, 2);
    const std::size_t levels_at = place + (of_component ? 2 : 5);
    const std::uint32_t levels = number(levels_at, 1);
    constexpr std::uint32_t most_levels = 32;
    if (levels > most_levels || layers == 0) refuse("impossible header");
    double packets = 0;
    for (std::uint32_t level = 0; level <= levels; ++level) {
      constexpr std::uint32_t default_exponents = 0xFF;
      const std::uint32_t exponents = own_precincts ? number(levels_at + 5 + level, 1) : default_exponents;
      const std::uint32_t smaller = levels - level;
      const auto along = [&](std::uint64_t side, std::uint64_t tile, std::uint32_t exponent) {
        const std::uint64_t of_tile = parts_of(std::min(side, tile), std::uint64_t{1} << smaller);
        return static_cast<double>(parts_of(of_tile, std::uint64_t{1} << exponent));
      };
      packets += along(width, grid_.tile_width, exponents % 16) * along(height, grid_.tile_height, exponents / 16);
    }
    packets *= static_cast<double>(tiles) * static_cast<double>(components) * layers;
    if (packets > 4.0 * static_cast<double>(bytes_.size())) refuse("it has fewer packets than it states");
  }

  void end_at(std::size_t place) { layout_.codestream = bytes_.first(place); }

  // A.4.2. Notes whether all tiles are there, to their ends: as many parts of each as one of its parts states, or the
  // mark of the end where none states it.
  void read_tile_parts(std::size_t place) {
    struct Parts {
      std::uint32_t seen = 0;
      std::uint32_t stated = 0;
    };
    std::vector<Parts> tiles(static_cast<std::size_t>(grid_.tiles));
    bool ends_with_a_mark = false;
    layout_.whole = false;
    while (place + 2 <= bytes_.size() && number(place, 2) == start_of_tile_part) {
      constexpr std::size_t header = 12;
      if (bytes_.size() - place < header) return end_at(place);
      const std::uint32_t tile = number(place + 4, 2);
      std::uint64_t length = number(place + 6, 4);
      if (tile >= tiles.size()) refuse("a tile that it does not state");
      const bool to_the_end = length == 0;
      if (to_the_end) length = bytes_.size() - place;
      constexpr std::uint64_t least = 14;
      if (length > bytes_.size() - place) {
        layout_.length_of_cut_tile = place + 6;
        return end_at(bytes_.size());
      }
      if (length < least) refuse("impossible tile");
      read_segments(place + header, 1, grid_.tile_width, grid_.tile_height);
      ++tiles[tile].seen;
      tiles[tile].stated = std::max(tiles[tile].stated, number(place + 11, 1));
      place += static_cast<std::size_t>(length);
      if (to_the_end) ends_with_a_mark = number(bytes_.size() - 2, 2) == end_of_codestream;
      if (to_the_end && !ends_with_a_mark) return end_at(place);
    }
    if (place + 2 <= bytes_.size() && number(place, 2) == end_of_codestream) {
      ends_with_a_mark = true;
      place += 2;
    }
    end_at(place);
    layout_.whole = std::ranges::all_of(tiles, [&](const Parts& parts) {
      return parts.seen > 0 && (parts.stated > 0 ? parts.seen >= parts.stated : ends_with_a_mark);
    });
  }

  std::span<const std::byte> bytes_;
  const std::string& name_;
  Jpeg2000Layout& layout_;
  Grid grid_{};
};

}  // namespace

void read_codestream_headers(std::span<const std::byte> codestream, const std::string& name, Jpeg2000Layout& layout) {
  Headers(codestream, name, layout).read();
}

}  // namespace colourize::photo
