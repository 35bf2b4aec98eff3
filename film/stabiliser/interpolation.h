// Values between the pixels of a plane.
#pragma once

#include <algorithm>
#include <cstddef>

#include "kernels/plane.h"

namespace colourize::film {

// A place between four pixels, for planes of one size; values there are bilinear. Pixel (0, 0) has its centre at (0,
// 0). Outside the planes, the edge's pixels repeat.
class Place {
 public:
  Place(const kernels::Plane& plane, float x, float y) {
    x = std::clamp(x, 0.0F, static_cast<float>(plane.width - 1));
    y = std::clamp(y, 0.0F, static_cast<float>(plane.height - 1));
    const auto column = static_cast<std::size_t>(x);
    const auto row = static_cast<std::size_t>(y);
    const auto width = static_cast<std::size_t>(plane.width);
    along_ = x - static_cast<float>(column);
    down_ = y - static_cast<float>(row);
    pixel_ = row * width + column;
    right_ = column + 1 < width ? 1 : 0;
    below_ = row + 1 < static_cast<std::size_t>(plane.height) ? width : 0;
  }

  float of(const kernels::Plane& plane) const {
    const float* pixel = plane.values.data() + pixel_;
    const float upper = pixel[0] + along_ * (pixel[right_] - pixel[0]);
    const float lower = pixel[below_] + along_ * (pixel[below_ + right_] - pixel[below_]);
    return upper + down_ * (lower - upper);
  }

 private:
  std::size_t pixel_;  // the upper left pixel
  std::size_t right_;  // from there to the pixel at the right
  std::size_t below_;
  float along_;  // 0 to 1, to the right
  float down_;
};

}  // namespace colourize::film
