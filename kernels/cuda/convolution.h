// The ungrouped convolution as an implicit GEMM: with tensor cores for float16 activations (convolution.cu), with plain
// multiply-adds for float32 activations (convolution_float32.cu).
#pragma once

#include <driver_types.h>

#include <array>
#include <cstdint>

#include "kernels/operations/convolution.h"

namespace colourize::kernels::cuda {

// The part of the output that a block, and a warp of it, computes on tensor cores: the block's tile and the warp tile.
// choice.h picks a row of the table.
struct TileShape {
  int pixels;
  int channels;
  int warp_pixels;  // of a warp; of a group of four warps where the tile is for wgmma
  int warp_channels;
  int stages;               // of the pipeline
  bool wgmma = false;       // convolution_wgmma.cu computes it; otherwise convolution.cu
  int stage_channels = 32;  // the depth of a stage, in input channels of one tap

  constexpr int warps() const { return pixels / warp_pixels * (channels / warp_channels) * (wgmma ? 4 : 1); }
  constexpr int threads() const { return warps() * 32; }
  // Of one stage, in float16.
  constexpr int stage_bytes() const { return (pixels + channels) * stage_channels * 2; }
  constexpr int shared_bytes() const { return stages * stage_bytes(); }
};
// 88 and 136 channels: three and two of them hold the 259 of DeOldify's last layers with little to spare.
inline constexpr std::array<TileShape, 10> half_tiles{{
    {.pixels = 128, .channels = 128, .warp_pixels = 64, .warp_channels = 32, .stages = 3},
    {.pixels = 128, .channels = 64, .warp_pixels = 64, .warp_channels = 32, .stages = 3},
    {.pixels = 64, .channels = 64, .warp_pixels = 32, .warp_channels = 32, .stages = 3},
    {.pixels = 128, .channels = 32, .warp_pixels = 32, .warp_channels = 32, .stages = 3},
    {.pixels = 256, .channels = 88, .warp_pixels = 64, .warp_channels = 88, .stages = 3},
    {.pixels = 64, .channels = 32, .warp_pixels = 32, .warp_channels = 16, .stages = 6},
    {.pixels = 256,
     .channels = 128,
     .warp_pixels = 128,
     .warp_channels = 128,
     .stages = 4,
     .wgmma = true,
     .stage_channels = 64},
    {.pixels = 256,
     .channels = 136,
     .warp_pixels = 128,
     .warp_channels = 136,
     .stages = 4,
     .wgmma = true,
     .stage_channels = 64},
    {.pixels = 128,
     .channels = 128,
     .warp_pixels = 64,
     .warp_channels = 128,
     .stages = 3,
     .wgmma = true,
     .stage_channels = 64},
    {.pixels = 128,
     .channels = 64,
     .warp_pixels = 64,
     .warp_channels = 64,
     .stages = 4,
     .wgmma = true,
     .stage_channels = 64},
}};
// Input channels are padded to a multiple of this where the tile does not say otherwise.
inline constexpr int stage_channels = 32;
// The largest kernel, in rows and in columns, that convolution_wgmma.cu computes: it keeps a bit for each.
inline constexpr int most_taps = 16;
// The block's tile without tensor cores, in float32.
inline constexpr int float32_tile_pixels = 64;
inline constexpr int float32_tile_channels = 64;

// All pointers are the device's; views are as in operations.h.
struct ConvolutionTask {
  ConstView input;
  View output;
  // float16: out x kernel_h x kernel_w x in, with `in` padded to the tile's stages and `out` to its channels, both with
  // zeros; for wgmma out x (in / stage) x kernel_h x kernel_w x stage. float32: kernel_h x kernel_w x in x out, with
  // `out` padded alike. `out` counts in the output's order (ChannelOrder).
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
  // Whether all pixels of the output, and of the residual, follow each other at one distance, over rows and pictures
  // too. convolution_float16() finds out.
  bool linear = false;
};
void convolution_float16(const ConvolutionTask& task, cudaStream_t stream);
// The tiles for wgmma, on compute capability 9.0 only; convolution_float16() calls it.
void convolution_wgmma(const ConvolutionTask& task, cudaStream_t stream);
void convolution_float32(const ConvolutionTask& task, cudaStream_t stream);

}  // namespace colourize::kernels::cuda
