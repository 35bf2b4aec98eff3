// Multi-head attention in float32 with plain arithmetic, tile by tile as in attention.cu: the reference for that kernel
// on a GPU, simple rather than fast.
//
// A block computes one head of 32 queries; each warp has four of them, so one warp has the whole softmax of a row. Of
// the logits of its 4 rows x 32 keys, a lane has one row's at every eighth key; of the sums, it has every 32nd channel
// of all four rows.
#include "kernels/cuda/attention.cuh"
#include "kernels/cuda/warp.cuh"

namespace colourize::kernels::cuda {
namespace {

constexpr int tile_queries = 32;
constexpr int tile_keys = 32;
constexpr int warp_rows = tile_queries / (block_threads / warp_lanes);
constexpr int row_lanes = warp_lanes / warp_rows;
constexpr int lane_logits = tile_keys / row_lanes;
constexpr int chunk = whole_chunk<float>;

// The layout of shared memory, in floats. `depth`: a head's channels, rounded up.
template <int depth>
struct Layout {
  static constexpr int stride = tile_stride<float>(depth, 2 * chunk);
  static constexpr int chunks = depth / chunk;
  static constexpr int weight_stride = tile_keys + row_lanes;  // four rows' eight columns fall into different banks

  static constexpr int queries = 0;
  static constexpr int keys = tile_queries * stride;
  static constexpr int values = keys + tile_keys * stride;
  static constexpr int weights = values + tile_keys * stride;
  static constexpr int factors = weights + tile_queries * weight_stride;
  static constexpr std::size_t bytes = (factors + tile_queries) * sizeof(float);
};

__device__ inline float dot(const float4& a, const float4& b) {
  return a.x * b.x + a.y * b.y + a.z * b.z + a.w * b.w;
}

template <int depth>
__global__ void __launch_bounds__(block_threads) attention_float32_kernel(const __grid_constant__ AttentionTask task) {
  using Places = Layout<depth>;
  constexpr int lane_channels = depth / warp_lanes;
  const AttentionBlock<tile_queries, tile_keys> block(task);
  const auto queries = head_of<float>(task.args.query, task, block.picture, block.head);
  const auto keys = head_of<float>(task.args.key, task, block.picture, block.head);
  const auto values = head_of<float>(task.args.value, task, block.picture, block.head);
  const int count = keys.count();
  auto* const memory = reinterpret_cast<float*>(shared_memory());
  const int warp_row = static_cast<int>(threadIdx.x) / warp_lanes * warp_rows;  // the warp's first
  const int lane = static_cast<int>(threadIdx.x) % warp_lanes;
  const int row = warp_row + lane / row_lanes;  // of the lane's logits
  float* const weights = memory + Places::weights;
  float* const factors = memory + Places::factors;

  float largest = -INFINITY;
  float weight_sum = 0;
  float sums[warp_rows][lane_channels] = {};
  copy_tile<tile_queries>(memory + Places::queries, Places::stride, queries, block.first_query, 0, Places::chunks);
  for (int tile = block.first_tile; tile < block.last_tile; ++tile) {
    const int first = tile * tile_keys;
    __syncthreads();  // all are done with the tile before
    copy_tile<tile_keys>(memory + Places::keys, Places::stride, keys, first, 0, Places::chunks);
    copy_tile<tile_keys>(memory + Places::values, Places::stride, values, first, 0, Places::chunks);
    cp_async_commit();
    cp_async_wait<0>();
    __syncthreads();  // all threads' copies are there

    float logits[lane_logits] = {};
    for (int k = 0; k < depth; k += chunk) {
      const auto query = load_vector<float4>(memory + Places::queries + row * Places::stride + k);
#pragma unroll
      for (int i = 0; i < lane_logits; ++i) {
        const int key = lane % row_lanes + i * row_lanes;
        logits[i] += dot(query, load_vector<float4>(memory + Places::keys + key * Places::stride + k));
      }
    }
    float tile_largest = largest;
#pragma unroll
    for (int i = 0; i < lane_logits; ++i) {
      logits[i] = first + lane % row_lanes + i * row_lanes < count ? logits[i] * task.scale : -INFINITY;
      tile_largest = fmaxf(tile_largest, logits[i]);
    }
    tile_largest = largest_of<row_lanes>(tile_largest);
    const float factor = exp2f(largest - tile_largest);  // 0 at first
    largest = tile_largest;
    weight_sum *= factor;
    if (lane % row_lanes == 0) factors[row] = factor;
#pragma unroll
    for (int i = 0; i < lane_logits; ++i) {
      const float weight = exp2f(logits[i] - largest);
      weight_sum += weight;
      weights[row * Places::weight_stride + lane % row_lanes + i * row_lanes] = weight;
    }
    __syncwarp();

#pragma unroll
    for (int r = 0; r < warp_rows; ++r) {
#pragma unroll
      for (int c = 0; c < lane_channels; ++c) sums[r][c] *= factors[warp_row + r];
    }
    for (int key = 0; key < tile_keys; ++key) {
#pragma unroll
      for (int c = 0; c < lane_channels; ++c) {
        const float value = memory[Places::values + key * Places::stride + c * warp_lanes + lane];
#pragma unroll
        for (int r = 0; r < warp_rows; ++r) {
          sums[r][c] += weights[(warp_row + r) * Places::weight_stride + key] * value;
        }
      }
    }
  }

  const int split = static_cast<int>(blockIdx.y);
  weight_sum = sum_of<row_lanes>(weight_sum);
  if (lane % row_lanes == 0 && block.first_query + row < task.queries()) {
    store_vector(task.extremes(split, block.first_row + block.first_query + row), make_float2(largest, weight_sum));
  }
#pragma unroll
  for (int r = 0; r < warp_rows; ++r) {
    const int query = block.first_query + warp_row + r;
    if (query >= task.queries()) continue;
#pragma unroll
    for (int c = 0; c < lane_channels; ++c) {
      const int channel = c * warp_lanes + lane;
      if (channel < task.depth()) task.sums(split, block.first_row + query)[channel] = sums[r][c];
    }
  }
}

template <int depth>
void run(const AttentionTask& task, cudaStream_t stream) {
  launch(attention_float32_kernel<depth>, attention_grid<tile_queries>(task), dim3(block_threads), Layout<depth>::bytes,
         stream, task);
}

}  // namespace

void attention_float32(const AttentionTask& task, cudaStream_t stream) {
  if (task.depth() <= warp_lanes) {
    run<warp_lanes>(task, stream);
  } else {
    run<2 * warp_lanes>(task, stream);
  }
}

}  // namespace colourize::kernels::cuda
