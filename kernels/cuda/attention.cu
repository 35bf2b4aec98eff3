// Multi-head attention without a matrix of queries times keys in memory (Dao et al. 2022, FlashAttention; Dao 2023,
// FlashAttention-2), its keys shared among blocks where queries alone would not fill a GPU.
//
//   y_i = sum over j of b[i, j] v_j,   b[i, j] = exp(q_i . k_j / sqrt(d) - m_i) / l_i,
//   m_i the largest over j, l_i the sum
//
// A block computes one head of 128 queries, 16 in each of its 8 warps, with a split of the keys. A warp's queries stay
// in registers. Keys and values come 64 positions at a time, in two stages of cp.async. For each such tile a warp has
// all of its rows, so no warp waits for another one but to load:
//
//   logits         16 x 64 = queries keys^T on tensor cores
//   weights        exp(logit - m), m the largest SO FAR; rounded to float16 they are, as they lie in registers, the
//                  first operand of the next product; sums from a smaller m before are scaled by exp(old m - m)
//   sums           16 x d += weights values on tensor cores
//
// attention_join_kernel adds the splits' sums in their order, scaled to the largest m of all: the same bytes each time.
// m, l and all sums are float32. Infinite logits give NaN. Keys and values beyond the last are zeros, and their logits
// are masked. Warps whose queries are all beyond the last compute with zeros (self_attention.cu says why).
#include "kernels/cuda/attention.cuh"

#include <algorithm>
#include <cmath>

#include "kernels/cuda/operations.h"
#include "kernels/cuda/warp.cuh"

namespace colourize::kernels::cuda {
namespace {

constexpr int tile_keys = 64;
constexpr int warps = block_threads / warp_lanes;
constexpr int tile_queries = warps * mma_m;
constexpr int chunk = whole_chunk<__half>;
constexpr int key_fragments = tile_keys / mma_n;

// The layout of shared memory, in halves. `depth`: a head's channels, rounded up.
template <int depth>
struct Layout {
  static constexpr int stride = tile_stride<__half>(depth, mma_k);
  static constexpr int chunks = depth / chunk;

  static constexpr int queries = 0;
  __host__ __device__ static constexpr int keys(int stage) { return (tile_queries + stage * tile_keys) * stride; }
  __host__ __device__ static constexpr int values(int stage) { return keys(2 + stage); }
  static constexpr std::size_t bytes = (tile_queries + 4 * tile_keys) * stride * sizeof(__half);
};

// A warp's 16 rows. A lane has two of them, 8 apart, and of each two neighbouring columns of every fragment.
template <int depth>
class WarpRows {
 public:
  __device__ WarpRows()
      : lane_(static_cast<int>(threadIdx.x) % warp_lanes),
        row_(static_cast<int>(threadIdx.x) / warp_lanes * mma_m) {}

  __device__ void take_queries(const __half* queries) {
#pragma unroll
    for (int k = 0; k < depth / mma_k; ++k) {
      ldmatrix(queries_[k], queries + (row_ + lane_ % 16) * stride + k * mma_k + lane_ / 16 * chunk);
    }
  }

  // The logits of a tile, of which `valid` keys count.
  __device__ void multiply(const __half* keys, int valid) {
#pragma unroll
    for (auto& fragment : logits_) {
#pragma unroll
      for (float& logit : fragment) logit = 0;
    }
#pragma unroll
    for (int k = 0; k < depth / mma_k; ++k) {
#pragma unroll
      for (int n = 0; n < key_fragments; n += 2) {
        std::uint32_t b[4];  // two fragments of 8 keys
        ldmatrix(b, keys + (n * mma_n + lane_ / 16 * 8 + lane_ % 8) * stride + k * mma_k + lane_ / 8 % 2 * chunk);
        mma_f16(logits_[n], queries_[k], {b[0], b[1]});
        mma_f16(logits_[n + 1], queries_[k], {b[2], b[3]});
      }
    }
    if (valid >= tile_keys) return;
#pragma unroll
    for (int n = 0; n < key_fragments; ++n) {
#pragma unroll
      for (int i = 0; i < 4; ++i) {
        if (n * mma_n + lane_ % 4 * 2 + i % 2 >= valid) logits_[n][i] = -INFINITY;
      }
    }
  }

  // Logits to weights, with a new largest; what was summed before is scaled to it.
  __device__ void exponentiate(float scale) {
#pragma unroll
    for (int i = 0; i < 2; ++i) {
      float largest = largest_[i];
#pragma unroll
      for (int n = 0; n < key_fragments; ++n) {
        largest = fmaxf(largest, fmaxf(logits_[n][2 * i], logits_[n][2 * i + 1]));
      }
      largest = largest_of<4>(largest);
      const float factor = exp2f((largest_[i] - largest) * scale);  // 0 at first
      largest_[i] = largest;
      const float shift = largest * scale;
      weight_sums_[i] *= factor;
#pragma unroll
      for (int n = 0; n < key_fragments; ++n) {
#pragma unroll
        for (int column = 2 * i; column < 2 * i + 2; ++column) {
          logits_[n][column] = exp2f(fmaf(logits_[n][column], scale, -shift));
          weight_sums_[i] += logits_[n][column];
        }
      }
#pragma unroll
      for (int n = 0; n < depth / mma_n; ++n) {
        sums_[n][2 * i] *= factor;
        sums_[n][2 * i + 1] *= factor;
      }
    }
  }

  // Adds the weighted values. Two fragments of logits, side by side, are one of weights: lanes own the same rows and
  // columns in both.
  __device__ void add(const __half* values) {
#pragma unroll
    for (int k = 0; k < tile_keys; k += mma_k) {
      const auto& left = logits_[k / mma_n];
      const auto& right = logits_[k / mma_n + 1];
      const std::uint32_t weights[4] = {halves(left[0], left[1]), halves(left[2], left[3]),
                                        halves(right[0], right[1]), halves(right[2], right[3])};
#pragma unroll
      for (int n = 0; n < depth / mma_n; n += 2) {
        std::uint32_t b[4];  // two fragments of 8 channels
        ldmatrix_transposed(b, values + (k + lane_ % 16) * stride + (n + lane_ / 16) * chunk);
        mma_f16(sums_[n], weights, {b[0], b[1]});
        mma_f16(sums_[n + 1], weights, {b[2], b[3]});
      }
    }
  }

  // Leaves the rows of the block's queries.
  __device__ void store(const AttentionTask& task, int first_query, std::int64_t first_row) const {
    const int split = static_cast<int>(blockIdx.y);
    const float weight_sums[2] = {sum_of<4>(weight_sums_[0]), sum_of<4>(weight_sums_[1])};
#pragma unroll
    for (int i = 0; i < 2; ++i) {
      const int query = first_query + row_ + lane_ / 4 + i * 8;
      if (query >= task.queries()) continue;
      const std::int64_t row = first_row + query;
      float* const to = task.sums(split, row) + lane_ % 4 * 2;
#pragma unroll
      for (int n = 0; n < depth / mma_n; ++n) {
        if (n * mma_n >= task.depth()) continue;
        store_vector(to + n * mma_n, make_float2(sums_[n][2 * i], sums_[n][2 * i + 1]));
      }
      if (lane_ % 4 != 0) continue;
      store_vector(task.extremes(split, row), make_float2(largest_[i] * task.scale, weight_sums[i]));
    }
  }

 private:
  __device__ static std::uint32_t halves(float left, float right) {
    return rounded<__half, 2>({left, right}).vectors[0];
  }

  static constexpr int stride = Layout<depth>::stride;

  int lane_;
  int row_;  // the warp's first, in the tile
  std::uint32_t queries_[depth / mma_k][4];
  float logits_[key_fragments][4];
  float largest_[2] = {-INFINITY, -INFINITY};  // before the scale
  float weight_sums_[2] = {};
  float sums_[depth / mma_n][4] = {};
};

// Two blocks of wide heads would leave too few registers for either.
constexpr int least_blocks(int depth) {
  return depth <= most_head_channels / 2 ? 2 : 1;
}

template <int depth>
__global__ void __launch_bounds__(block_threads, least_blocks(depth))
    attention_kernel(const __grid_constant__ AttentionTask task) {
  using Places = Layout<depth>;
  const AttentionBlock<tile_queries, tile_keys> block(task);
  const auto queries = head_of<__half>(task.args.query, task, block.picture, block.head);
  const auto keys = head_of<__half>(task.args.key, task, block.picture, block.head);
  const auto values = head_of<__half>(task.args.value, task, block.picture, block.head);
  auto* const memory = reinterpret_cast<__half*>(shared_memory());
  const auto load = [&](int tile) {
    const int first = tile * tile_keys;
    copy_tile<tile_keys>(memory + Places::keys(tile % 2), Places::stride, keys, first, 0, Places::chunks);
    copy_tile<tile_keys>(memory + Places::values(tile % 2), Places::stride, values, first, 0, Places::chunks);
    cp_async_commit();
  };

  WarpRows<depth> rows;
  copy_tile<tile_queries>(memory + Places::queries, Places::stride, queries, block.first_query, 0, Places::chunks);
  load(block.first_tile);
#pragma unroll 1
  for (int tile = block.first_tile; tile < block.last_tile; ++tile) {
    cp_async_wait<0>();
    // All threads' copies of this tile have arrived, and no thread still reads the tile before, whose place the next
    // one takes.
    __syncthreads();
    if (tile + 1 < block.last_tile) load(tile + 1);
    if (tile == block.first_tile) rows.take_queries(memory + Places::queries);
    rows.multiply(memory + Places::keys(tile % 2), keys.count() - tile * tile_keys);
    rows.exponentiate(task.scale);
    rows.add(memory + Places::values(tile % 2));
  }
  rows.store(task, block.first_query, block.first_row);
}

// Four channels of one query and head: the splits' sums, in their order.
constexpr int join_channels = 4;
template <class Element>
__global__ void __launch_bounds__(block_threads) attention_join_kernel(const __grid_constant__ AttentionTask task) {
  const auto chunks = static_cast<unsigned>(task.depth() / join_channels);
  const unsigned row = thread_number() / chunks;
  if (row >= task.rows()) return;
  const int channel = static_cast<int>(thread_number() - row * chunks) * join_channels;

  float largest = -INFINITY;
  for (int split = 0; split < task.splits; ++split) {
    largest = fmaxf(largest, load_vector<float2>(task.extremes(split, row)).x);
  }
  float weight_sum = 0;
  float values[join_channels] = {};
  for (int split = 0; split < task.splits; ++split) {
    const auto extremes = load_vector<float2>(task.extremes(split, row));
    const auto sums = load_vector<float4>(task.sums(split, row) + channel);
    const float factor = exp2f(extremes.x - largest);
    weight_sum += extremes.y * factor;
    values[0] += sums.x * factor;
    values[1] += sums.y * factor;
    values[2] += sums.z * factor;
    values[3] += sums.w * factor;
  }
  const float quotient = __fdividef(1.0F, weight_sum);
#pragma unroll
  for (float& value : values) value *= quotient;

  const unsigned heads = row / static_cast<unsigned>(task.queries());  // of all pictures, before this one
  const int query = static_cast<int>(row - heads * static_cast<unsigned>(task.queries()));
  const auto head = static_cast<int>(heads % static_cast<unsigned>(task.args.heads));
  const auto picture = static_cast<int>(heads / static_cast<unsigned>(task.args.heads));
  const Positions<Element> outputs(task.args.output, picture);
  store_values(outputs.at(query) + head * task.depth() + channel, join_channels, values);
}

// As many splits as give every multiprocessor two blocks, each of two tiles of keys at least.
int splits_of(const AttentionArgs& args, const Context& context) {
  const std::int64_t blocks = tiles_of<tile_queries>(args.query.shape) * args.query.shape.n * args.heads;
  const std::int64_t tiles = tiles_of<tile_keys>(args.key.shape);
  constexpr std::int64_t most = 64;
  return static_cast<int>(
      std::clamp<std::int64_t>(2 * context.multiprocessors / blocks, 1, std::clamp<std::int64_t>(tiles / 2, 1, most)));
}

AttentionTask task_of(const AttentionArgs& args, const Context& context) {
  constexpr double log2_e = 1.4426950408889634;
  const double depth = static_cast<double>(args.query.shape.c) / args.heads;
  return {.args = args, .splits = splits_of(args, context), .scale = static_cast<float>(log2_e / std::sqrt(depth))};
}

std::size_t workspace(const AttentionArgs& args, const Context& context) {
  return static_cast<std::size_t>(task_of(args, context).partial_floats()) * sizeof(float);
}

std::optional<std::string> limits(const AttentionArgs& args, const Context& /*context*/) {
  const std::int64_t depth = args.query.shape.c / args.heads;
  if (depth % chunk == 0 && depth <= most_head_channels) return {};
  return "attends with heads of at most " + std::to_string(most_head_channels) + " channels, a multiple of " +
         std::to_string(chunk) + ", not of " + std::to_string(depth);
}

template <int depth>
void run(const AttentionTask& task, cudaStream_t stream) {
  launch(attention_kernel<depth>, attention_grid<tile_queries>(task), dim3(block_threads), Layout<depth>::bytes, stream,
         task);
}

void compute(const AttentionArgs& args, const Context& context) {
  const AttentionTask task = task_of(args, context);
  if (args.output.type == Type::float32) {
    attention_float32(task, context.stream);
  } else if (task.depth() <= most_head_channels / 2) {
    run<most_head_channels / 2>(task, context.stream);
  } else {
    run<most_head_channels>(task, context.stream);
  }
  const dim3 grid = grid_of(task.rows() * (task.depth() / join_channels));
  for_element(args.output.type, [&]<class Element>() {
    launch(attention_join_kernel<Element>, grid, dim3(block_threads), 0, context.stream, task);
  });
}

}  // namespace

const Implementation<AttentionArgs> attention{.compute = compute, .workspace = workspace, .limits = limits};

}  // namespace colourize::kernels::cuda
