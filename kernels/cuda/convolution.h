// The ungrouped convolution of ops.h as an implicit GEMM: on float16 activations with tensor cores (convolution.cu), on float32
// ones with plain multiply-adds (convolution_float32.cu).
#pragma once

#include <driver_types.h>

#include <array>
#include <cstdint>

#include "kernels/ops.h"

namespace colourize::kernels::cuda {

// What a block computes of the output, and what the block needs: the rows of the table from which choice.h picks.
struct TileShape {
  int pixels;
  int channels;
  int threads;
  int shared_bytes;
};
// Deep of a stage, in input channels of one tap: weights are padded to it.
inline constexpr int stage_channels = 32;
inline constexpr std::array<TileShape, 4> half_tiles{{
    {.pixels = 128, .channels = 128, .threads = 256, .shared_bytes = 49152},
    {.pixels = 128, .channels = 64, .threads = 128, .shared_bytes = 36864},
    {.pixels = 64, .channels = 64, .threads = 128, .shared_bytes = 24576},
    {.pixels = 128, .channels = 32, .threads = 128, .shared_bytes = 30720},
}};
inline constexpr TileShape float32_tile{.pixels = 64, .channels = 64, .threads = 256, .shared_bytes = 8192};

// All pointers are the device's, views as in operations.h.
struct ConvolutionTask {
  ConstView input;
  View output;
  // float16: out x kernel_h x kernel_w x in, `in` padded to stage_channels, `out` to the tile's channels, both with zeros.
  // float32: kernel_h x kernel_w x in x out, `out` padded alike. `out` counts in the output's order (ChannelOrder).
  const void* weights = nullptr;
  const float* bias = nullptr;  // in the output's order, or null
  int kernel_h = 1;
  int kernel_w = 1;
  int stride = 1;
  Padding padding;
  Epilogue epilogue;
  int tile = 0;              // of half_tiles
  int splits = 1;            // of the sum, each computed by blocks of its own and added up in their order
  float* partial = nullptr;  // where there are several: splits x output pixels x `out` padded
};
void convolution(const ConvolutionTask& task, cudaStream_t stream);
void convolution_float32(const ConvolutionTask& task, cudaStream_t stream);

}  // namespace colourize::kernels::cuda
