// Scenes for the tests of films: endless surfaces with a texture, the same each time.
#pragma once

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <random>

#include "kernels/plane.h"

namespace colourize::tests {

// A number of -1 to 1 for each point of a grid.
inline double lattice(std::int64_t x, std::int64_t y, std::uint64_t scene) {
  std::uint64_t bits = scene * 0x9E3779B97F4A7C15U + static_cast<std::uint64_t>(x) * 0xC2B2AE3D27D4EB4FU +
                       static_cast<std::uint64_t>(y) * 0x165667B19E3779F9U;
  bits = (bits ^ (bits >> 31U)) * 0xBF58476D1CE4E5B9U;
  bits = (bits ^ (bits >> 27U)) * 0x94D049BB133111EBU;
  return static_cast<double>((bits ^ (bits >> 31U)) >> 11U) / 4503599627370496.0 - 1;
}

// The lattice's numbers `cell` apart, smooth in between.
inline double smooth_noise(double x, double y, double cell, std::uint64_t scene) {
  const double column = std::floor(x / cell);
  const double row = std::floor(y / cell);
  const auto eased = [](double t) { return t * t * (3 - 2 * t); };
  const double along = eased(x / cell - column);
  const double down = eased(y / cell - row);
  const auto at = [&](int i, int j) {
    return lattice(static_cast<std::int64_t>(column) + i, static_cast<std::int64_t>(row) + j, scene);
  };
  return std::lerp(std::lerp(at(0, 0), at(1, 0), along), std::lerp(at(0, 1), at(1, 1), along), down);
}

// The luma at a point of a scene: shapes about 40, 14 and 5 pixels large, 20 to 220.
inline float scene_luma(double x, double y, std::uint64_t scene) {
  const double value = 55 * smooth_noise(x, y, 40, 3 * scene) + 30 * smooth_noise(x, y, 14, 3 * scene + 1) +
                       15 * smooth_noise(x, y, 5, 3 * scene + 2);
  return static_cast<float>(120 + value);
}

// What a camera of this side at (x, y) sees of it.
inline kernels::Plane scene_plane(int side, std::uint64_t scene, double x = 0, double y = 0) {
  kernels::Plane plane(side, side);
  for (int row = 0; row < side; ++row) {
    for (int column = 0; column < side; ++column) {
      plane.row(row)[static_cast<std::size_t>(column)] = scene_luma(x + column, y + row, scene);
    }
  }
  return plane;
}

// Exposed otherwise, and clipped as film and scanners do.
inline kernels::Plane exposed(kernels::Plane plane, float gain, float offset = 0) {
  for (float& value : plane.values) value = std::clamp(value * gain + offset, 0.0F, 255.0F);
  return plane;
}

// Numbers about 0 with this deviation, the same for a seed on every standard library.
class Grain {
 public:
  explicit Grain(unsigned seed) : random_(seed) {}
  float next(float deviation) {
    double sum = -6;
    for (int i = 0; i < 12; ++i) sum += static_cast<double>(random_()) / 4294967296.0;
    return deviation * static_cast<float>(sum);
  }
  kernels::Plane on(kernels::Plane plane, float deviation) {
    for (float& value : plane.values) value += next(deviation);
    return plane;
  }

 private:
  std::mt19937 random_;
};

}  // namespace colourize::tests
