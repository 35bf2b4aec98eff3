#include "engine/photo/resample.h"

#include <algorithm>
#include <cstdint>
#include <span>
#include <vector>

#include "kernels/resize_axis.h"

namespace colourize::photo {
namespace {

constexpr int fixed_point_bits = 32 - 8 - 2;  // Pillow's: 8 bits of value, 2 of headroom

// The weights of every target pixel, rounded to fixed point.
std::vector<std::vector<std::int32_t>> fixed_point(const kernels::ResizeAxis& axis) {
  std::vector<std::vector<std::int32_t>> result(static_cast<std::size_t>(axis.to()));
  for (int target = 0; target < axis.to(); ++target) {
    for (const double weight : axis.weights_of(target)) {
      const auto rounded = static_cast<std::int32_t>(weight * (1 << fixed_point_bits) + 0.5);
      result[static_cast<std::size_t>(target)].push_back(rounded);
    }
  }
  return result;
}

// Target pixel `to` from source pixels that lie `stride` samples apart, all channels.
void blend_8_bit(const std::uint8_t* from, std::size_t stride, std::span<const std::int32_t> weights, int channels,
                 std::uint8_t* to) {
  for (int c = 0; c < channels; ++c) {
    std::int32_t sum = 1 << (fixed_point_bits - 1);
    const std::uint8_t* sample = from + c;
    for (const std::int32_t weight : weights) {
      sum += *sample * weight;
      sample += stride;
    }
    to[c] = static_cast<std::uint8_t>(std::clamp(sum >> fixed_point_bits, 0, UINT8_MAX));
  }
}

Raster8 resize_rows_8_bit(const Raster8& source, int width) {
  if (width == source.width) return source;
  const kernels::ResizeAxis axis = kernels::bilinear_axis(source.width, width);
  Raster8 result(width, source.height, source.channels);
  const auto weights = fixed_point(axis);
  const auto pixel = static_cast<std::size_t>(source.channels);
  for (int y = 0; y < source.height; ++y) {
    std::uint8_t* to = result.row(y).data();
    for (int x = 0; x < width; ++x, to += pixel) {
      const std::uint8_t* from =
          source.row(y).data() + static_cast<std::size_t>(axis.first[static_cast<std::size_t>(x)]) * pixel;
      blend_8_bit(from, pixel, weights[static_cast<std::size_t>(x)], source.channels, to);
    }
  }
  return result;
}

Raster8 resize_columns_8_bit(const Raster8& source, int height) {
  if (height == source.height) return source;
  const kernels::ResizeAxis axis = kernels::bilinear_axis(source.height, height);
  Raster8 result(source.width, height, source.channels);
  const auto pixel = static_cast<std::size_t>(source.channels);
  const auto weights = fixed_point(axis);
  for (int y = 0; y < height; ++y) {
    const std::uint8_t* from = source.row(axis.first[static_cast<std::size_t>(y)]).data();
    for (int x = 0; x < source.width; ++x) {
      const std::size_t at = static_cast<std::size_t>(x) * pixel;
      blend_8_bit(from + at, source.row_samples(), weights[static_cast<std::size_t>(y)], source.channels,
                  result.row(y).data() + at);
    }
  }
  return result;
}

}  // namespace

Raster8 resize_8_bit(const Raster8& source, int width, int height) {
  return resize_columns_8_bit(resize_rows_8_bit(source, width), height);
}

}  // namespace colourize::photo
