// What the kernels of pictures share: luma, and the windows of a resize. A thread owns one output pixel and walks
// through its window. The first of the neighbouring threads brings the window's samples into the L1 cache. This needs
// no better algorithm, because the bus that carries the picture is slower than all of this together.
#pragma once

#include <limits>

#include "kernels/bt601.h"
#include "kernels/cuda/element.cuh"
#include "kernels/cuda/pictures.h"

namespace colourize::kernels::cuda {

using bt601::blue_range;
using bt601::luma_blue;
using bt601::luma_green;
using bt601::luma_red;
using bt601::red_range;
// Kernels do not compute 1 / x, because a division is a call.
constexpr float per_luma_green = 1 / luma_green;
constexpr float per_red_range = 1 / red_range;
constexpr float per_blue_range = 1 / blue_range;

__device__ inline float luma_of(float red, float green, float blue) {
  return luma_red * red + luma_green * green + luma_blue * blue;
}

// Luma of one pixel's samples, in their own units.
template <int channels, class Sample>
__device__ inline float luma_at(const Sample* pixel) {
  if constexpr (channels == 1) return static_cast<float>(pixel[0]);
  return luma_of(static_cast<float>(pixel[0]), static_cast<float>(pixel[1]), static_cast<float>(pixel[2]));
}

// Rounds to nearest and clamps to 0..`largest`, which the sample's type can hold.
template <class Sample>
__device__ inline Sample to_sample(float value, float largest) {
  return static_cast<Sample>(fminf(fmaxf(value, 0.0F), largest) + 0.5F);
}

// Row and column of the pixel with number `index`.
struct PixelPlace {
  unsigned y;
  unsigned x;
};
__device__ inline PixelPlace pixel_place(unsigned index, int width) {
  const unsigned y = index / static_cast<unsigned>(width);
  return {y, index - y * static_cast<unsigned>(width)};
}

// Calls visit(source, weight) along the window of a target. A picture that grows has windows of two samples, so the
// loop is not unrolled further.
template <class Visit>
__device__ inline void for_window(const DeviceAxis& axis, unsigned target, const Visit& visit) {
  int source = axis.first[target];
  const int end = axis.begin[target + 1];
#pragma unroll 2
  for (int i = axis.begin[target]; i < end; ++i, ++source) visit(source, axis.weights[i]);
}

// The plane of chroma pairs at a pixel of the target size: resized along the columns first, then along the row.
__device__ inline float2 resized(const DeviceResize& resize, const float2* chroma, const PixelPlace& at) {
  float2 pair = {0, 0};
  for_window(resize.horizontal, at.x, [&](int x, float weight) {
    float2 column = {0, 0};
    for_window(resize.vertical, at.y, [&](int y, float row_weight) {
      const auto value = load_vector<float2>(chroma + static_cast<std::int64_t>(y) * resize.horizontal.from + x);
      column.x += row_weight * value.x;
      column.y += row_weight * value.y;
    });
    pair.x += weight * column.x;
    pair.y += weight * column.y;
  });
  return pair;
}

// Calls run<Sample>() for samples of this many bytes.
template <class Run>
void for_sample(int bytes, const Run& run) {
  if (bytes == 1) {
    run.template operator()<std::uint8_t>();
  } else {
    run.template operator()<std::uint16_t>();
  }
}

}  // namespace colourize::kernels::cuda
