// The ungrouped convolution as an implicit GEMM: with tensor cores for float16 activations (convolution.cu), with plain
// multiply-adds for float32 activations (convolution_float32.cu).
#pragma once

#include <driver_types.h>

#include <array>
#include <cstdint>

#include "kernels/operations/convolution.h"

namespace colourize::kernels::cuda {

// The depth of a stage of the tensor cores' kernel, in input channels of one tap, and the number of stages.
inline constexpr int stage_channels = 32;
inline constexpr int stages = 3;

// The part of the output that a block, and a warp of it, computes on tensor cores: the block's tile and the warp tile.
// choice.h picks a row of the table.
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
// The block's tile without tensor cores, in float32.
inline constexpr int float32_tile_pixels = 64;
inline constexpr int float32_tile_channels = 64;

// All pointers are the device's; views are as in operations.h.
struct ConvolutionTask {
  ConstView input;
  View output;
  // float16: out x kernel_h x kernel_w x in, with `in` padded to stage_channels and `out` to the tile's channels, both
  // with zeros. float32: kernel_h x kernel_w x in x out, with `out` padded alike. `out` counts in the output's order
  // (ChannelOrder).
  const void* weights = nullptr;
  const float* bias = nullptr;  // in the output's order, or null
  int kernel_h = 1;
  int kernel_w = 1;
  int stride = 1;
  Padding padding;
  Epilogue epilogue;
  int tile = 0;    // row of half_tiles
  int splits = 1;  // split-K: each part of the sum over K has its own blocks; the parts are added in their order
  float* partial = nullptr;  // for several splits: splits x output pixels x padded `out`
};
void convolution_float16(const ConvolutionTask& task, cudaStream_t stream);
void convolution_float32(const ConvolutionTask& task, cudaStream_t stream);

}  // namespace colourize::kernels::cuda
