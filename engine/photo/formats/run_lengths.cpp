#include "engine/photo/formats/run_lengths.h"

#include <algorithm>
#include <optional>

namespace colourize::photo {
namespace {

// Where the next pixel of a BMP goes. Pixels beyond a row's end are left out.
class BmpCursor {
 public:
  BmpCursor(std::span<std::byte> to, std::size_t width) : to_(to), width_(width), height_(to.size() / width) {}

  void put(std::byte value) {
    if (x_ < width_ && y_ < height_) to_[y_ * width_ + x_] = value;
    if (x_ < width_) ++x_;
  }
  void next_row() {
    x_ = 0;
    if (y_ < height_) ++y_;
  }
  void skip(std::size_t right, std::size_t down) {
    x_ = std::min(x_ + right, width_);
    y_ = std::min(y_ + down, height_);
  }
  bool at_end() const { return y_ >= height_ || (y_ + 1 == height_ && x_ == width_); }

 private:
  std::span<std::byte> to_;
  std::size_t width_;
  std::size_t height_;
  std::size_t x_ = 0;
  std::size_t y_ = 0;
};

// Pixel i of a run whose data begin at `data`: a byte each, or the higher half of a byte and then the lower one.
std::byte pixel_of(std::span<const std::byte> data, std::size_t i, unsigned bits) {
  if (bits == 8) return data[i];
  constexpr unsigned half = 4;
  return i % 2 == 0 ? data[i / 2] >> half : data[i / 2] & std::byte{0x0F};
}

}  // namespace

bool take_bmp_runs_apart(std::span<const std::byte> from, unsigned bits, std::size_t width, std::span<std::byte> to) {
  BmpCursor cursor(to, width);
  std::size_t at = 0;
  const auto next = [&]() -> std::optional<unsigned> {
    return at < from.size() ? std::optional(std::to_integer<unsigned>(from[at++])) : std::nullopt;
  };
  for (;;) {
    const auto count = next();
    const auto second = next();
    if (!second) return cursor.at_end();
    if (*count > 0) {
      // One byte again and again; of 4 bits, its halves in turn.
      const auto data = from.subspan(at - 1, 1);
      for (std::size_t i = 0; i < *count; ++i) cursor.put(pixel_of(data, bits == 8 ? 0 : i % 2, bits));
      continue;
    }
    constexpr unsigned end_of_row = 0;
    constexpr unsigned end_of_picture = 1;
    constexpr unsigned delta = 2;
    if (*second == end_of_picture) return true;
    if (*second == end_of_row) {
      cursor.next_row();
    } else if (*second == delta) {
      const auto right = next();
      const auto down = next();
      if (!down) return cursor.at_end();
      cursor.skip(*right, *down);
    } else {
      // So many pixels as they are, in an even number of bytes.
      const std::size_t bytes = bits == 8 ? *second : (*second + 1) / 2;
      if (from.size() - at < bytes) return false;
      const auto data = from.subspan(at, bytes);
      for (std::size_t i = 0; i < *second; ++i) cursor.put(pixel_of(data, i, bits));
      at = std::min(at + (bytes + 1) / 2 * 2, from.size());
    }
  }
}

bool take_packed_bits_apart(std::span<const std::byte> from, std::span<std::byte> to) {
  constexpr unsigned nothing = 128;
  constexpr unsigned run = 257;  // less the first byte is how often the second stands there
  while (!to.empty()) {
    if (from.empty()) return false;
    const auto first = std::to_integer<unsigned>(from.front());
    from = from.subspan(1);
    if (first == nothing) continue;
    const std::size_t count = std::min<std::size_t>(first < nothing ? first + 1 : run - first, to.size());
    const std::size_t bytes = first < nothing ? count : 1;
    if (from.size() < bytes) return false;
    if (first < nothing) {
      std::ranges::copy(from.first(count), to.begin());
    } else {
      std::ranges::fill(to.first(count), from.front());
    }
    from = from.subspan(bytes);
    to = to.subspan(count);
  }
  return true;
}

}  // namespace colourize::photo
