// Convolutions of which a thread owns a chunk of output channels in a run of neighbouring pixels of a row: what inputs
// and weights it has read serves several sums.
#pragma once

#include "kernels/cuda/epilogue.cuh"
#include "kernels/cuda/operations.h"

namespace colourize::kernels::cuda {

constexpr int run_pixels = 4;

// Runs in place of columns.
__host__ __device__ inline Shape runs_of(Shape shape) {
  shape.w = (shape.w + run_pixels - 1) / run_pixels;
  return shape;
}

// The first pixel of the run that this thread owns, and its channels.
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

// The epilogue of the run's pixels, as far as there are, and their way out.
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
