// Bilinear enlargement by its definition, for tests of what the engine does in passes and vectors.
#pragma once

#include <algorithm>
#include <cmath>

#include "kernels/plane.h"

namespace colourize::tests {

// Each target pixel's centre lies between the centres of two source pixels along each axis; beyond the outermost
// centres the plane continues with its edge. In double precision.
inline kernels::Plane enlarged(const kernels::Plane& source, int width, int height) {
  struct Between {
    int first;
    int second;
    double weight;  // of the second
  };
  const auto between = [](int target, int to, int from) {
    const double at = (target + 0.5) * from / to - 0.5;
    const double below = std::floor(at);
    const int first = static_cast<int>(below);
    return Between{std::clamp(first, 0, from - 1), std::clamp(first + 1, 0, from - 1), at - below};
  };
  kernels::Plane result(width, height);
  for (int y = 0; y < height; ++y) {
    const Between rows = between(y, height, source.height);
    for (int x = 0; x < width; ++x) {
      const Between columns = between(x, width, source.width);
      const auto along = [&](int row) {
        const auto values = source.row(row);
        return (1 - columns.weight) * static_cast<double>(values[static_cast<std::size_t>(columns.first)]) +
               columns.weight * static_cast<double>(values[static_cast<std::size_t>(columns.second)]);
      };
      result.row(y)[static_cast<std::size_t>(x)] =
          static_cast<float>((1 - rows.weight) * along(rows.first) + rows.weight * along(rows.second));
    }
  }
  return result;
}

}  // namespace colourize::tests
