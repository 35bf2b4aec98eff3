// Convolutions in which a thread owns a chunk of output channels for a run of neighbouring pixels in a row. So the
// inputs and weights that it reads serve several accumulators.
#pragma once

#include "kernels/cuda/epilogue.cuh"
#include "kernels/cuda/operations.h"

namespace colourize::kernels::cuda {

constexpr int run_pixels = 4;

// Runs instead of columns.
__host__ __device__ inline Shape runs_of(Shape shape) {
  shape.w = (shape.w + run_pixels - 1) / run_pixels;
  return shape;
}

// The first pixel of this thread's run, and its channels.
template <int size>
__device__ inline Place own_run(const Shape& shape) {
  Place at = own_place<size>(runs_of(shape));
  at.x *= run_pixels;
  return at;
}

template <int size>
__device__ inline void begin_sums(const float* bias, const Place& at, float (&sums)[run_pixels][size]) {
#pragma unroll
  for (int j = 0; j < run_pixels; ++j) {
#pragma unroll
    for (int i = 0; i < size; ++i) sums[j][i] = 0;
    add(bias, at, sums[j]);
  }
}

// Applies the epilogue to the run's pixels, as far as they exist, and stores them.
template <class Element, int size>
__device__ inline void finish_run(const ConvolutionArgs& args, Place at, float (&sums)[run_pixels][size]) {
#pragma unroll
  for (int j = 0; j < run_pixels; ++j) {
    if (at.x < args.output.shape.w) {
      finish<Element>(args.epilogue, at, sums[j]);
      store_values(element_at<Element>(args.output, at), at.valid, sums[j]);
    }
    ++at.x;
  }
}

}  // namespace colourize::kernels::cuda
