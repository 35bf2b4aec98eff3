// What the lanes of a warp do together.
#pragma once

#include "kernels/cuda/cuda.cuh"

namespace colourize::kernels::cuda {

constexpr int warp_lanes = 32;
// The shape of one float16 product on tensor cores: 16 rows, 8 columns, a sum over 16.
constexpr int mma_m = 16;
constexpr int mma_n = 8;
constexpr int mma_k = 16;

// Combines the values of `lanes` neighbouring lanes, a power of two; each lane gets the result.
template <int lanes, class Combine>
__device__ inline float combined(float value, const Combine& combine) {
#pragma unroll
  for (int bits = lanes / 2; bits > 0; bits /= 2) value = combine(value, __shfl_xor_sync(~0U, value, bits));
  return value;
}
template <int lanes>
__device__ inline float largest_of(float value) {
  return combined<lanes>(value, [](float a, float b) { return fmaxf(a, b); });
}
template <int lanes>
__device__ inline float sum_of(float value) {
  return combined<lanes>(value, [](float a, float b) { return a + b; });
}

}  // namespace colourize::kernels::cuda
