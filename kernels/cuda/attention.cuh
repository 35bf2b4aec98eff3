// What the attention kernels of both types share: how the keys are divided among blocks, and where these leave what
// attention_join_kernel (attention.cu) joins.
//
// A block computes one head of some queries with a part of the keys, the split. Of each query it leaves the largest
// logit, the sum of exp(logit - largest), and the values' sum with these as weights. All logits are in base 2, that is
// multiplied by log2 e, because a GPU's exponential is of base 2.
#pragma once

#include "kernels/cuda/positions.cuh"
#include "kernels/operations/attention.h"

namespace colourize::kernels::cuda {

struct AttentionTask {
  AttentionArgs args;  // its workspace holds partial_floats()
  int splits = 1;
  float scale = 1;  // of products of query and key: log2 e / sqrt(d)

  __host__ __device__ int depth() const { return static_cast<int>(args.query.shape.c) / args.heads; }
  __host__ __device__ int queries() const { return static_cast<int>(args.query.shape.h * args.query.shape.w); }
  // Of all pictures and heads.
  __host__ __device__ std::int64_t rows() const { return args.query.shape.n * args.heads * std::int64_t{queries()}; }
  __host__ __device__ std::int64_t partial_floats() const { return splits * rows() * (depth() + 2); }

  // splits x rows x depth: the sums of values.
  __device__ float* sums(int split, std::int64_t row) const {
    return static_cast<float*>(args.workspace.data) + (split * rows() + row) * depth();
  }
  // splits x rows x 2: the largest logit, and the sum of the exponentials.
  __device__ float* extremes(int split, std::int64_t row) const {
    return static_cast<float*>(args.workspace.data) + splits * rows() * depth() + (split * rows() + row) * 2;
  }
};

// A block's queries, head and keys. The grid is one of attention_grid().
template <int tile_queries, int tile_keys>
struct AttentionBlock {
  __device__ explicit AttentionBlock(const AttentionTask& task) {
    const auto tiles = tiles_of<tile_queries>(task.args.query.shape);
    const unsigned heads = blockIdx.x / tiles;
    first_query = static_cast<int>(blockIdx.x - heads * tiles) * tile_queries;
    picture = static_cast<int>(heads / static_cast<unsigned>(task.args.heads));
    head = static_cast<int>(heads % static_cast<unsigned>(task.args.heads));
    first_row = std::int64_t{heads} * task.queries();
    const int key_tiles = static_cast<int>(tiles_of<tile_keys>(task.args.key.shape));
    const int split = static_cast<int>(blockIdx.y);
    first_tile = key_tiles * split / task.splits;
    last_tile = key_tiles * (split + 1) / task.splits;
  }

  int picture;
  int head;
  int first_query;
  std::int64_t first_row;  // of the head's partial results
  int first_tile;          // of keys
  int last_tile;           // one beyond
};

template <int tile_queries>
dim3 attention_grid(const AttentionTask& task) {
  return dim3(tiles_of<tile_queries>(task.args.query.shape) * static_cast<unsigned>(task.args.query.shape.n) *
                  static_cast<unsigned>(task.args.heads),
              static_cast<unsigned>(task.splits));
}

// The channels of one head.
template <class Element>
__device__ inline Positions<const Element> head_of(const ConstView& view, const AttentionTask& task, int picture,
                                                   int head) {
  ConstView channels = view;
  channels.data = static_cast<const Element*>(view.data) + head * task.depth();
  channels.shape.c = task.depth();
  return Positions<const Element>(channels, picture);
}

// With plain arithmetic, for comparison. Leaves partial results.
void attention_float32(const AttentionTask& task, cudaStream_t stream);

// Of a head, because registers hold no more.
inline constexpr int most_head_channels = 64;

}  // namespace colourize::kernels::cuda
