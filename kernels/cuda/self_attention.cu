// Self-attention without a matrix of positions times positions in memory (Dao et al. 2022, FlashAttention), for SAGAN's
// form of it: softmax over the QUERY index, logits unscaled, and heads of unequal size: d channels for query and key, C
// = 8 d for value.
//
//   y_j = gamma * sum over i of b[i, j] v_i + x_j,   b[i, j] = exp(q_i . k_j - m_j) / l_j,
//   m_j the largest over i, l_j the sum
//
// A block computes 64 output positions j and a slice of 256 channels, or of 128 where the picture is too small to give
// every multiprocessor a block. The positions' keys stay in shared memory. Queries and values come 32 positions i at a
// time, in two stages of cp.async. For each such tile:
//
//   logits         64 x 32 = keys queries^T on tensor cores, each warp 16 x 16; two warps find the largest of a row
//   weights        exp(logit - m), m the largest SO FAR, rounded to float16 into shared memory; accumulators from a
//                  smaller m before are scaled by exp(old m - m)
//   accumulators   64 x 256 += weights values on tensor cores; each warp owns 32 channels, and its registers hold all
//                  64 rows
//
// The logits are 1/9 of the work. With C = 768, three slices compute them three times: accumulators for all 64 x 768
// would take 192 registers a thread, and a multiprocessor could not hold two blocks, which hide each other's barriers.
//
// A warp whose channels are all beyond the last computes with zeros. A branch around that would depend on the thread's
// number, and after it ptxas no longer knows that the lanes of a warp meet for its shuffles: on sm_80 to 89 it then
// calls a function.
//
// m, l and all accumulators are float32. Infinite logits give NaN. Rows beyond the last position are zeros, and columns
// beyond it are masked. Shared memory holds keys of up to 224 channels; the networks have at most 96.
#include "kernels/cuda/operations.h"
#include "kernels/cuda/positions.cuh"
#include "kernels/cuda/self_attention.cuh"
#include "kernels/cuda/warp.cuh"

namespace colourize::kernels::cuda {
namespace {

constexpr int tile_keys = 64;     // j
constexpr int tile_queries = 32;  // i
constexpr int warps = block_threads / warp_lanes;
constexpr int chunk = whole_chunk<__half>;

constexpr int row_blocks = tile_keys / mma_m;      // of sums, and of logits
constexpr int column_halves = warps / row_blocks;  // of logits
constexpr int half_queries = tile_queries / column_halves;
constexpr int logit_fragments = half_queries / mma_n;
static_assert(half_queries == 16 && logit_fragments == 2, "one ldmatrix.x4 brings a warp's queries");

constexpr int weight_stride = tile_stride<__half>(tile_queries, mma_k);

// The channels that a block's warps share, and the layout of shared memory.
template <int slice_channels>
struct SliceLayout {
  static constexpr int warp_channels = slice_channels / warps;
  static constexpr int value_chunks = slice_channels / chunk;
  static constexpr int value_stride = tile_stride<__half>(slice_channels, mma_k);
  static constexpr int result_stride = warp_channels + 8;  // float32, on the way out
  static_assert(warps * mma_m * result_stride * sizeof(float) <= 2 * tile_queries * value_stride * sizeof(__half),
                "results take the values' place");

  int depth_stride;

  __host__ __device__ explicit SliceLayout(std::int64_t depth)
      : depth_stride(tile_stride<__half>(static_cast<int>(depth), mma_k)) {}

  __host__ __device__ int keys() const { return 0; }
  __host__ __device__ int queries(int stage) const { return (tile_keys + stage * tile_queries) * depth_stride; }
  __host__ __device__ int values(int stage) const { return queries(2) + stage * tile_queries * value_stride; }
  __host__ __device__ int weights() const { return values(2); }
  __host__ __device__ int halves() const { return weights() + tile_keys * weight_stride; }
  // Floats after the halves: for each row the largest logit in either half of the columns, and at the end the sums;
  // then the factor for the earlier accumulators. Two blocks of 128 channels just fit 100 KB, which sm_86, 89 and 120
  // have.
  static constexpr int floats = (column_halves + 1) * tile_keys;
  __host__ __device__ std::size_t bytes() const {
    return static_cast<std::size_t>(halves()) * sizeof(__half) + floats * sizeof(float);
  }
};

// Numbers for each row that warps exchange.
struct Rows {
  float* largest;  // [half][row]
  float* sums;     // [half][row]; in the place of the largest, which nobody asks for after the last tile
  float* factors;  // [row]

  __device__ explicit Rows(float* memory)
      : largest(memory), sums(memory), factors(memory + column_halves * tile_keys) {}
};

// A warp's 16 keys x 16 queries of the logits, and of their softmax. A lane has two rows, 8 apart, and two neighbouring
// columns of each in either fragment.
class Logits {
 public:
  __device__ Logits()
      : lane_(static_cast<int>(threadIdx.x) % warp_lanes),
        row_(static_cast<int>(threadIdx.x) / warp_lanes % row_blocks * mma_m),
        half_(static_cast<int>(threadIdx.x) / warp_lanes / row_blocks) {}

  // Keys times queries; what is beyond `valid` queries does not count. Publishes the largest of each row.
  __device__ void multiply(const __half* keys, const __half* queries, int stride, int valid, const Rows& rows) {
#pragma unroll
    for (int n = 0; n < logit_fragments; ++n) {
#pragma unroll
      for (int i = 0; i < 4; ++i) logits_[n][i] = 0;
    }
    const __half* key = keys + (row_ + lane_ % 16) * stride + lane_ / 16 * chunk;
    const __half* query =
        queries + (half_ * half_queries + lane_ / 16 * 8 + lane_ % 8) * stride + lane_ / 8 % 2 * chunk;
    for (int k = 0; k < stride - chunk; k += mma_k) {
      std::uint32_t a[4];
      std::uint32_t b[4];
      ldmatrix(a, key + k);
      ldmatrix(b, query + k);
#pragma unroll
      for (int n = 0; n < logit_fragments; ++n) mma_f16(logits_[n], a, {b[2 * n], b[2 * n + 1]});
    }
    float largest[2] = {-INFINITY, -INFINITY};
#pragma unroll
    for (int n = 0; n < logit_fragments; ++n) {
#pragma unroll
      for (int i = 0; i < 4; ++i) {
        if (column(n) + i % 2 >= valid) logits_[n][i] = -INFINITY;
        largest[i / 2] = fmaxf(largest[i / 2], logits_[n][i]);
      }
    }
#pragma unroll
    for (int i = 0; i < 2; ++i) {
      largest[i] = largest_of<4>(largest[i]);
      if (lane_ % 4 == 0) rows.largest[half_ * tile_keys + row(i)] = largest[i];
    }
  }

  // After a barrier: the weights, and the factor that scales earlier accumulators to the new largest logit.
  __device__ void exponentiate(__half* weights, const Rows& rows) {
#pragma unroll
    for (int i = 0; i < 2; ++i) {
      const float largest = fmaxf(largest_[i], fmaxf(rows.largest[row(i)], rows.largest[tile_keys + row(i)]));
      const float factor = expf(largest_[i] - largest);  // 0 at first
      largest_[i] = largest;
      sums_[i] *= factor;
      if (half_ == 0 && lane_ % 4 == 0) rows.factors[row(i)] = factor;
#pragma unroll
      for (int n = 0; n < logit_fragments; ++n) {
        const float left = expf(logits_[n][2 * i] - largest);
        const float right = expf(logits_[n][2 * i + 1] - largest);
        sums_[i] += left + right;
        store_vector(weights + row(i) * weight_stride + column(n), rounded<__half, 2>({left, right}).vectors[0]);
      }
    }
  }

  // Publishes the sum of each row's weights.
  __device__ void tell_sums(const Rows& rows) const {
#pragma unroll
    for (int i = 0; i < 2; ++i) {
      const float sum = sum_of<4>(sums_[i]);
      if (lane_ % 4 == 0) rows.sums[half_ * tile_keys + row(i)] = sum;
    }
  }

 private:
  __device__ int row(int i) const {
    return row_ + lane_ / 4 + i * 8;
  }
  __device__ int column(int n) const {
    return half_ * half_queries + n * mma_n + lane_ % 4 * 2;
  }

  int lane_;
  int row_;
  int half_;
  float logits_[logit_fragments][4];
  float largest_[2] = {-INFINITY, -INFINITY};
  float sums_[2] = {};
};

// The warp tile of the accumulators: 64 rows in the warp's channels. A lane has two rows, 8 apart, of each block of 16.
template <class Layout>
class Sums {
 public:
  __device__ Sums()
      : lane_(static_cast<int>(threadIdx.x) % warp_lanes),
        channel_(static_cast<int>(threadIdx.x) / warp_lanes * Layout::warp_channels) {}

  __device__ int channel() const { return channel_; }

  __device__ void scale(const float* factors) {
    for_each_row([&](int row, float& left, float& right) {
      const float factor = factors[row];
      left *= factor;
      right *= factor;
    });
  }

  __device__ void multiply(const __half* weights, const __half* values) {
#pragma unroll
    for (int k = 0; k < tile_queries; k += mma_k) {
      std::uint32_t a[row_blocks][4];
      std::uint32_t b[sum_fragments / 2][4];  // each of two fragments of 8 channels
#pragma unroll
      for (int m = 0; m < row_blocks; ++m) {
        ldmatrix(a[m], weights + (m * mma_m + lane_ % 16) * weight_stride + k + lane_ / 16 * chunk);
      }
#pragma unroll
      for (int n = 0; n < sum_fragments / 2; ++n) {
        ldmatrix_transposed(b[n],
                            values + (k + lane_ % 16) * Layout::value_stride + channel_ + (2 * n + lane_ / 16) * chunk);
      }
#pragma unroll
      for (int m = 0; m < row_blocks; ++m) {
#pragma unroll
        for (int n = 0; n < sum_fragments; ++n) {
          mma_f16(sums_[m][n], a[m], {b[n / 2][n % 2 * 2], b[n / 2][n % 2 * 2 + 1]});
        }
      }
    }
  }

  // Stores sixteen rows, as rows of result_stride.
  __device__ void store(float* to, int block) const {
#pragma unroll
    for (int m = 0; m < row_blocks; ++m) {
      if (m != block) continue;
#pragma unroll
      for (int n = 0; n < sum_fragments; ++n) {
#pragma unroll
        for (int i = 0; i < 2; ++i) {
          store_vector(to + (lane_ / 4 + i * 8) * Layout::result_stride + n * mma_n + lane_ % 4 * 2,
                       make_float2(sums_[m][n][2 * i], sums_[m][n][2 * i + 1]));
        }
      }
    }
  }

 private:
  // Calls visit(row, left, right) for all of the lane's pairs of neighbouring accumulators.
  template <class Visit>
  __device__ void for_each_row(const Visit& visit) {
#pragma unroll
    for (int m = 0; m < row_blocks; ++m) {
#pragma unroll
      for (int i = 0; i < 2; ++i) {
        const int row = m * mma_m + lane_ / 4 + i * 8;
#pragma unroll
        for (int n = 0; n < sum_fragments; ++n) visit(row, sums_[m][n][2 * i], sums_[m][n][2 * i + 1]);
      }
    }
  }

  static constexpr int sum_fragments = Layout::warp_channels / mma_n;

  int lane_;
  int channel_;  // the first of the warp's, in the slice
  float sums_[row_blocks][sum_fragments][4] = {};
};

// Eight neighbouring accumulators. Lanes read 32 bytes apart, and those of every other row begin with their second 16
// bytes, so of eight lanes that read at once no two ask the same bank.
__device__ inline void load_sums(const float* from, bool swapped, float (&sums)[chunk]) {
  const auto first = load_vector<float4>(from + (swapped ? 4 : 0));
  const auto second = load_vector<float4>(from + (swapped ? 0 : 4));
  const float4 low = swapped ? second : first;
  const float4 high = swapped ? first : second;
  sums[0] = low.x, sums[1] = low.y, sums[2] = low.z, sums[3] = low.w;
  sums[4] = high.x, sums[5] = high.y, sums[6] = high.z, sums[7] = high.w;
}

template <int slice_channels>
__global__ void __launch_bounds__(block_threads, 2)
    self_attention_kernel(const __grid_constant__ SelfAttentionArgs args) {
  const auto tiles = tiles_of<tile_keys>(args.input.shape);
  const int picture = static_cast<int>(blockIdx.x / tiles);
  const int first_key = static_cast<int>(blockIdx.x % tiles) * tile_keys;
  const int first_channel = static_cast<int>(blockIdx.y) * slice_channels;
  using Layout = SliceLayout<slice_channels>;
  const Positions<const __half> keys(args.key, picture);
  const Positions<const __half> queries(args.query, picture);
  const Positions<const __half> values(args.value, picture);
  const int count = keys.count();

  const Layout layout(keys.channels());
  auto* const memory = reinterpret_cast<__half*>(shared_memory());
  __half* const weights = memory + layout.weights();
  const Rows rows(reinterpret_cast<float*>(memory + layout.halves()));
  const int depth_chunks = layout.depth_stride / chunk - 1;
  const auto load = [&](int tile) {
    const int first = tile * tile_queries;
    copy_tile<tile_queries>(memory + layout.queries(tile % 2), layout.depth_stride, queries, first, 0, depth_chunks);
    copy_tile<tile_queries>(memory + layout.values(tile % 2), Layout::value_stride, values, first, first_channel,
                            Layout::value_chunks);
    cp_async_commit();
  };

  Logits logits;
  Sums<Layout> sums;
  copy_tile<tile_keys>(memory + layout.keys(), layout.depth_stride, keys, first_key, 0, depth_chunks);
  load(0);
  const int all = (count + tile_queries - 1) / tile_queries;
  for (int tile = 0; tile < all; ++tile) {
    cp_async_wait<0>();
    // All threads' copies of this tile have arrived, and no thread still reads the tile before, whose place the next
    // one takes.
    __syncthreads();
    if (tile + 1 < all) load(tile + 1);
    logits.multiply(memory + layout.keys(), memory + layout.queries(tile % 2), layout.depth_stride,
                    count - tile * tile_queries, rows);
    __syncthreads();  // both halves' largest are told
    logits.exponentiate(weights, rows);
    __syncthreads();  // weights and factors are told
    sums.scale(rows.factors);
    sums.multiply(weights, memory + layout.values(tile % 2));
  }
  logits.tell_sums(rows);
  __syncthreads();  // and all are done with the values, whose place the results take

  const Positions<const __half> inputs(args.input, picture);
  const Positions<__half> outputs(args.output, picture);
  constexpr int row_chunks = Layout::warp_channels / chunk;
  constexpr int rows_at_once = warp_lanes / row_chunks;
  const int warp = static_cast<int>(threadIdx.x) / warp_lanes;
  const int lane = static_cast<int>(threadIdx.x) % warp_lanes;
  float* const results = reinterpret_cast<float*>(memory + layout.values(0)) + warp * mma_m * Layout::result_stride;
  const int column = lane % row_chunks * chunk;
  const int channel = first_channel + sums.channel() + column;
#pragma unroll
  for (int block = 0; block < row_blocks; ++block) {
    if (block > 0) __syncwarp();  // the lanes have read the rows before
    sums.store(results, block);
    __syncwarp();
#pragma unroll
    for (int i = 0; i < mma_m / rows_at_once; ++i) {
      const int result_row = lane / row_chunks + i * rows_at_once;
      const int row = block * mma_m + result_row;
      const int position = first_key + row;
      if (position >= count || channel >= outputs.channels()) continue;
      const int valid = outputs.channels() - channel;
      const float scale = __fdividef(args.gamma, rows.sums[row] + rows.sums[tile_keys + row]);
      float attended[chunk];
      load_sums(results + result_row * Layout::result_stride + column, result_row % 2 != 0, attended);
      const auto input = load_chunk<__half, chunk>(inputs.at(position) + channel, valid);
#pragma unroll
      for (int c = 0; c < chunk; ++c) attended[c] = attended[c] * scale + input[c];
      store_values(outputs.at(position) + channel, valid, attended);
    }
  }
}

template <int slice_channels>
void run(const SelfAttentionArgs& args, const dim3& grid, cudaStream_t stream) {
  launch(self_attention_kernel<slice_channels>, grid, dim3(block_threads),
         SliceLayout<slice_channels>(args.query.shape.c).bytes(), stream, args);
}

std::optional<std::string> limits(const SelfAttentionArgs& args, const Context& /*context*/) {
  const std::int64_t depth = args.query.shape.c;
  if (depth <= most_attention_depth) return {};
  return "attends with queries and keys of at most " + std::to_string(most_attention_depth) + " channels, not of " +
         std::to_string(depth);
}

void compute(const SelfAttentionArgs& args, const Context& context) {
  if (args.output.type == Type::float32) return self_attention_float32(args, context.stream);
  const Shape& shape = args.output.shape;
  const auto grid_of_slices = [&](int slice_channels) {
    return dim3(tiles_of<tile_keys>(shape) * static_cast<unsigned>(shape.n),
                static_cast<unsigned>((shape.c + slice_channels - 1) / slice_channels));
  };
  const dim3 wide = grid_of_slices(256);
  // Half of a wide slice would be zeros, with as many blocks.
  const bool fits_narrow = shape.c <= 128;
  if (!fits_narrow && wide.x * wide.y >= static_cast<unsigned>(context.multiprocessors)) {
    run<256>(args, wide, context.stream);
  } else {
    run<128>(args, grid_of_slices(128), context.stream);
  }
}

}  // namespace

const Implementation<SelfAttentionArgs> self_attention{.compute = compute, .limits = limits};

}  // namespace colourize::kernels::cuda
