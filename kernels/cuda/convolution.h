// The ungrouped convolution as an implicit GEMM: on float16 activations with tensor cores (convolution.cu), on float32
// ones with plain multiply-adds (convolution_float32.cu).
#pragma once

#include <driver_types.h>

#include <array>
#include <cstdint>

#include "kernels/operations/convolution.h"

namespace colourize::kernels::cuda {

// Deep of a stage of the tensor cores' kernel, in input channels of one tap; and how many stages there are.
inline constexpr int stage_channels = 32;
inline constexpr int stages = 3;

// What a block, and a warp of it, computes of the output on tensor cores: the rows of the table from which choice.h
// picks.
struct TileShape {
  int pixels;
  int channels;
  int warp_pixels;
  int warp_channels;

  constexpr int warps() const { return pixels / warp_pixels * (channels / warp_channels); }
  constexpr int threads() const { return warps() * 32; }
  // Of one stage, in float16.
  constexpr int stage_bytes() const { return (pixels + channels) * stage_channels * 2; }
  constexpr int shared_bytes() const { return stages * stage_bytes(); }
};
inline constexpr std::array<TileShape, 4> half_tiles{{
    {.pixels = 128, .channels = 128, .warp_pixels = 64, .warp_channels = 32},
    {.pixels = 128, .channels = 64, .warp_pixels = 64, .warp_channels = 32},
    {.pixels = 64, .channels = 64, .warp_pixels = 32, .warp_channels = 32},
    {.pixels = 128, .channels = 32, .warp_pixels = 32, .warp_channels = 32},
}};
// And without them, in float32.
inline constexpr int float32_tile_pixels = 64;
inline constexpr int float32_tile_channels = 64;

// All pointers are the device's, views as in operations.h.
struct ConvolutionTask {
  ConstView input;
  View output;
  // float16: out x kernel_h x kernel_w x in, `in` padded to stage_channels, `out` to the tile's channels, both with
  // zeros. float32: kernel_h x kernel_w x in x out, `out` padded alike. `out` counts in the output's order
  // (ChannelOrder).
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
void convolution_float16(const ConvolutionTask& task, cudaStream_t stream);
void convolution_float32(const ConvolutionTask& task, cudaStream_t stream);

}  // namespace colourize::kernels::cuda
