// What the two kernels that run convolutions on tensor cores share (convolution.cu, convolution_wgmma.cu): a block's
// tile, and the way of its accumulators to the output.
#pragma once

#include "kernels/cuda/convolution.h"
#include "kernels/cuda/cuda.cuh"
#include "kernels/cuda/epilogue.cuh"
#include "kernels/cuda/warp.cuh"

namespace colourize::kernels::cuda {

constexpr int chunk_halves = 8;  // 16 bytes

// The tile with this number, and what follows from its row of half_tiles.
template <int number>
struct TileOf {
  static constexpr TileShape shape = half_tiles[number];
  static constexpr int pixels = shape.pixels;
  static constexpr int channels = shape.channels;
  static constexpr int threads = shape.threads();
  static constexpr int stages = shape.stages;
  static constexpr int stage_halves = shape.stage_channels;
  static constexpr int stage_chunks = stage_halves / chunk_halves;
  static constexpr int a_halves = pixels * stage_halves;
  static constexpr int b_halves = channels * stage_halves;
  // An odd multiple of 8 floats, so that neighbouring rows fall into different banks.
  static constexpr int sums_stride = channels / 8 % 2 == 0 ? channels + 8 : channels;
  // How many chunks a thread finishes side by side: as many as there are registers for.
  static constexpr int finished_at_once = shape.wgmma ? 4 : 1;
  // The accumulators pass through shared memory so many rows at a time.
  static constexpr int pass_rows = [] {
    int rows = pixels;
    while (rows * sums_stride * static_cast<int>(sizeof(float)) > shape.shared_bytes()) rows /= 2;
    return rows;
  }();
};

// The block's tile among all of the output. Blocks that follow each other compute other channels of the same pixels,
// which the L2 cache then holds.
template <class Tile>
struct BlockTile {
  __device__ explicit BlockTile(const ConvolutionTask& task) {
    const auto across = static_cast<unsigned>(channel_tiles(task));
    const unsigned down = blockIdx.x / across;
    first_pixel = static_cast<int>(down) * Tile::pixels;
    first_channel = static_cast<int>(blockIdx.x - down * across) * Tile::channels;
  }
  __host__ __device__ static int channel_tiles(const ConvolutionTask& task) {
    return static_cast<int>(task.output.shape.c + Tile::channels - 1) / Tile::channels;
  }

  int first_pixel;
  int first_channel;
};

// Moves eight channels of one pixel from their accumulators to the output; fewer at the end.
__device__ inline void finish_chunk(const ConvolutionTask& task, float (&sums)[chunk_halves], int index, int channel) {
  const Place at = task.linear ? Place{.n = 0, .y = 0, .x = index, .channel = channel,
                                       .valid = static_cast<int>(task.output.shape.c) - channel}
                               : place_of(task.output.shape, index, channel);
  add(task.bias, at, sums);
  finish<__half>(task.epilogue, at, sums);
  store_values(element_at<__half>(task.output, at), at.valid, sums);
}

// Eight floats side by side in shared memory. Of eight lanes that read at once, 32 bytes apart, four begin with their
// second 16 bytes, so that no two ask the same bank.
__device__ inline void load_sums(float (&sums)[chunk_halves], const float* from) {
  const bool swapped = (threadIdx.x & 4U) != 0;
  const auto first = load_vector<float4>(from + (swapped ? 4 : 0));
  const auto second = load_vector<float4>(from + (swapped ? 0 : 4));
  const float4 low = swapped ? second : first;
  const float4 high = swapped ? first : second;
  const float values[chunk_halves] = {low.x, low.y, low.z, low.w, high.x, high.y, high.z, high.w};
#pragma unroll
  for (int i = 0; i < chunk_halves; ++i) sums[i] = values[i];
}

// Stores the block's part of a split-K where the second kernel finds it.
template <class Tile, class Sums>
__device__ void store_part(const ConvolutionTask& task, const BlockTile<Tile>& block, const Sums& all) {
  const int pixels = static_cast<int>(task.output.shape.pixels());
  const int padded = BlockTile<Tile>::channel_tiles(task) * Tile::channels;
  float* part = task.partial + std::int64_t{blockIdx.z} * pixels * padded + block.first_channel;
  all.for_each_pair([&](int row, int column, float2 sums) {
    const int index = block.first_pixel + row;
    if (index < pixels) store_vector(part + std::int64_t{index} * padded + column, sums);
  });
}

// The epilogue: moves the block's accumulators through shared memory, some rows at a time, and to the output.
template <class Tile, class Sums>
__device__ void finish_tile(const ConvolutionTask& task, const BlockTile<Tile>& block, const Sums& all) {
  auto* const shared = reinterpret_cast<float*>(shared_memory());
  constexpr int row_chunks = Tile::channels / chunk_halves;
#pragma unroll 1
  for (int pass = 0; pass < Tile::pixels / Tile::pass_rows; ++pass) {
    const int pass_row = pass * Tile::pass_rows;
    __syncthreads();  // all are done with what lay there: the stages, or the pass before
    all.for_each_pair([&](int row, int column, float2 sums) {
      const int place = row - pass_row;
      if (place >= 0 && place < Tile::pass_rows) store_vector(shared + place * Tile::sums_stride + column, sums);
    });
    __syncthreads();
#pragma unroll(Tile::finished_at_once)
    for (int i = static_cast<int>(threadIdx.x); i < Tile::pass_rows * row_chunks; i += Tile::threads) {
      const int row = i / row_chunks;
      const int column = i % row_chunks * chunk_halves;
      const int index = block.first_pixel + pass_row + row;
      const int channel = block.first_channel + column;
      if (index >= task.output.shape.pixels() || channel >= task.output.shape.c) continue;
      float sums[chunk_halves];
      load_sums(sums, shared + row * Tile::sums_stride + column);
      finish_chunk(task, sums, index, channel);
    }
  }
}

}  // namespace colourize::kernels::cuda
