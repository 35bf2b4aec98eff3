#include "film/figures/warp_error.h"

#include <algorithm>
#include <array>
#include <cmath>

#include "kernels/bt601.h"

namespace colourize::film {
namespace {

using Colour = std::array<float, 3>;  // of 0 to 1

const std::uint8_t* pixel(const photo::Raster8& picture, int x, int y) {
  return picture.row(y).data() + static_cast<std::ptrdiff_t>(x) * picture.channels;
}

// Between four pixels; (x, y) lies inside.
Colour sample(const photo::Raster8& picture, float x, float y) {
  const auto left = static_cast<int>(x);
  const auto top = static_cast<int>(y);
  const int right = std::min(left + 1, picture.width - 1);
  const int below = std::min(top + 1, picture.height - 1);
  const float along = x - static_cast<float>(left);
  const float down = y - static_cast<float>(top);
  Colour colour;
  for (std::size_t c = 0; c < colour.size(); ++c) {
    const auto value = [&](int column, int row) { return static_cast<float>(pixel(picture, column, row)[c]) / 255; };
    const float upper = std::lerp(value(left, top), value(right, top), along);
    const float lower = std::lerp(value(left, below), value(right, below), along);
    colour.at(c) = std::lerp(upper, lower, down);
  }
  return colour;
}

bool returns(float dx, float dy, float back_dx, float back_dy) {
  const auto squared = [](float x, float y) { return x * x + y * y; };
  return squared(dx + back_dx, dy + back_dy) <= 0.01F * (squared(dx, dy) + squared(back_dx, back_dy)) + 0.5F;
}

double squared(double value) {
  return value * value;
}

}  // namespace

WarpError warp_error(const photo::Raster8& first, const photo::Raster8& second, const Motion& motion,
                     const Motion& back) {
  WarpError total;
  double shown = 0;
  for (int y = 0; y < first.height; ++y) {
    for (int x = 0; x < first.width; ++x) {
      const std::size_t block = motion.block(x, y);
      const float there_x = static_cast<float>(x) + motion.dx[block];
      const float there_y = static_cast<float>(y) + motion.dy[block];
      if (there_x < 0 || there_y < 0 || there_x > static_cast<float>(first.width - 1) ||
          there_y > static_cast<float>(first.height - 1)) {
        continue;
      }
      const std::size_t other = back.block(static_cast<int>(there_x + 0.5F), static_cast<int>(there_y + 0.5F));
      if (!returns(motion.dx[block], motion.dy[block], back.dx[other], back.dy[other])) continue;
      const std::uint8_t* here = pixel(first, x, y);
      Colour difference = sample(second, there_x, there_y);
      for (std::size_t c = 0; c < difference.size(); ++c) {
        difference.at(c) -= static_cast<float>(here[c]) / 255;
        total.rgb += squared(difference.at(c)) / 3;
      }
      // Chroma is linear in colour.
      const auto [blue, red] = kernels::bt601::chroma(difference[0], difference[1], difference[2]);
      total.chroma += (squared(blue) + squared(red)) / 2;
      ++shown;
    }
  }
  if (shown == 0) return {};
  return {total.rgb / shown, total.chroma / shown};
}

}  // namespace colourize::film
