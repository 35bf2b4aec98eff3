// Pictures of one channel in floating point, in the host's memory.
#pragma once

#include <cstddef>
#include <span>
#include <vector>

namespace colourize::kernels {

// Rows from top to bottom, without gaps.
struct Plane {
  int width = 0;
  int height = 0;
  std::vector<float> values;

  Plane() = default;
  // All zeros.
  Plane(int w, int h) : width(w), height(h), values(static_cast<std::size_t>(w) * static_cast<std::size_t>(h)) {}
  std::span<float> row(int y) { return std::span(values).subspan(begin_of(y), static_cast<std::size_t>(width)); }
  std::span<const float> row(int y) const {
    return std::span(values).subspan(begin_of(y), static_cast<std::size_t>(width));
  }

 private:
  std::size_t begin_of(int y) const { return static_cast<std::size_t>(y) * static_cast<std::size_t>(width); }
};

// Cb and Cr (kernels/bt601.h), around 0, as a fraction of the full range: -0.5 to 0.5. Both planes have the same size.
struct Chroma {
  Plane blue;
  Plane red;
};

// Turns the plane to the right by this many quarter turns, 0 or more. The plane is square.
Plane turned(Plane plane, int quarter_turns);

}  // namespace colourize::kernels
