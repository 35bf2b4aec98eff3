// Self-attention in float32 with plain arithmetic, tile by tile as in self_attention.cu: the reference for that kernel
// on a GPU, simple rather than fast.
//
// A block computes 32 output positions j and a slice of 128 channels; each warp has four of the positions, so one warp
// has the whole softmax of a row. Of the logits of its 4 rows x 32 queries, a lane has one row's at every eighth query;
// of the accumulators, it has four channels of all four rows.
#include "kernels/cuda/positions.cuh"
#include "kernels/cuda/self_attention.cuh"
#include "kernels/cuda/warp.cuh"

namespace colourize::kernels::cuda {
namespace {

constexpr int tile_keys = 32;     // j
constexpr int tile_queries = 32;  // i
constexpr int slice_channels = 128;
constexpr int warp_rows = tile_keys / (block_threads / warp_lanes);
constexpr int row_lanes = warp_lanes / warp_rows;
constexpr int lane_logits = tile_queries / row_lanes;
constexpr int chunk = whole_chunk<float>;
static_assert(slice_channels == warp_lanes * chunk);

constexpr int value_stride = tile_stride<float>(slice_channels, 2 * chunk);
constexpr int weight_stride = tile_queries + row_lanes;  // four rows' eight columns fall into different banks

struct Layout {
  int depth_stride;

  __host__ __device__ explicit Layout(std::int64_t depth)
      : depth_stride(tile_stride<float>(static_cast<int>(depth), 2 * chunk)) {}

  __host__ __device__ int keys() const { return 0; }
  __host__ __device__ int queries() const { return tile_keys * depth_stride; }
  __host__ __device__ int values() const { return queries() + tile_queries * depth_stride; }
  __host__ __device__ int weights() const { return values() + tile_queries * value_stride; }
  __host__ __device__ int factors() const { return weights() + tile_keys * weight_stride; }
  __host__ __device__ std::size_t bytes() const {
    return static_cast<std::size_t>(factors() + tile_keys) * sizeof(float);
  }
};

__device__ inline float dot(const float4& a, const float4& b) {
  return a.x * b.x + a.y * b.y + a.z * b.z + a.w * b.w;
}

__global__ void __launch_bounds__(block_threads, 1)
    self_attention_float32_kernel(const __grid_constant__ SelfAttentionArgs args) {
  const auto tiles = tiles_of<tile_keys>(args.input.shape);
  const int picture = static_cast<int>(blockIdx.x / tiles);
  const int first_key = static_cast<int>(blockIdx.x % tiles) * tile_keys;
  const int first_channel = static_cast<int>(blockIdx.y) * slice_channels;
  const Positions<const float> keys(args.key, picture);
  const Positions<const float> queries(args.query, picture);
  const Positions<const float> values(args.value, picture);
  const int count = keys.count();

  const Layout layout(keys.channels());
  auto* const memory = reinterpret_cast<float*>(shared_memory());
  const int depth_chunks = layout.depth_stride / chunk - 1;
  const int warp_row = static_cast<int>(threadIdx.x) / warp_lanes * warp_rows;  // the warp's first
  const int lane = static_cast<int>(threadIdx.x) % warp_lanes;
  const int row = warp_row + lane / row_lanes;  // of the lane's logits
  float* const weights = memory + layout.weights();
  float* const factors = memory + layout.factors();

  float largest = -INFINITY;
  float sum = 0;
  float sums[warp_rows][chunk] = {};
  const auto scale_sums = [&] {
#pragma unroll
    for (int r = 0; r < warp_rows; ++r) {
      const float factor = factors[warp_row + r];
#pragma unroll
      for (int c = 0; c < chunk; ++c) sums[r][c] *= factor;
    }
  };

  copy_tile<tile_keys>(memory + layout.keys(), layout.depth_stride, keys, first_key, 0, depth_chunks);
  for (int first = 0; first < count; first += tile_queries) {
    __syncthreads();  // all are done with the tile before
    copy_tile<tile_queries>(memory + layout.queries(), layout.depth_stride, queries, first, 0, depth_chunks);
    copy_tile<tile_queries>(memory + layout.values(), value_stride, values, first, first_channel,
                            slice_channels / chunk);
    cp_async_commit();
    cp_async_wait<0>();
    __syncthreads();  // all threads' copies are there

    float logits[lane_logits] = {};
    for (int k = 0; k < layout.depth_stride - chunk; k += chunk) {
      const auto key = load_vector<float4>(memory + layout.keys() + row * layout.depth_stride + k);
#pragma unroll
      for (int i = 0; i < lane_logits; ++i) {
        const int query = lane % row_lanes + i * row_lanes;
        logits[i] += dot(key, load_vector<float4>(memory + layout.queries() + query * layout.depth_stride + k));
      }
    }
    float tile_largest = largest;
#pragma unroll
    for (int i = 0; i < lane_logits; ++i) {
      if (first + lane % row_lanes + i * row_lanes >= count) logits[i] = -INFINITY;
      tile_largest = fmaxf(tile_largest, logits[i]);
    }
    tile_largest = largest_of<row_lanes>(tile_largest);
    const float factor = expf(largest - tile_largest);  // 0 at first
    largest = tile_largest;
    sum *= factor;
    if (lane % row_lanes == 0) factors[row] = factor;
#pragma unroll
    for (int i = 0; i < lane_logits; ++i) {
      const float weight = expf(logits[i] - largest);
      sum += weight;
      weights[row * weight_stride + lane % row_lanes + i * row_lanes] = weight;
    }
    __syncwarp();

    scale_sums();
    for (int i = 0; i < tile_queries; i += chunk) {
      float4 row_weights[warp_rows];
#pragma unroll
      for (int r = 0; r < warp_rows; ++r) {
        row_weights[r] = load_vector<float4>(weights + (warp_row + r) * weight_stride + i);
      }
      const auto add = [&](int query, const auto& weight_of) {
        const auto value =
            load_chunk<float, chunk>(memory + layout.values() + query * value_stride + lane * chunk, chunk);
#pragma unroll
        for (int r = 0; r < warp_rows; ++r) {
#pragma unroll
          for (int c = 0; c < chunk; ++c) sums[r][c] += weight_of(row_weights[r]) * value[c];
        }
      };
      add(i, [](const float4& four) { return four.x; });
      add(i + 1, [](const float4& four) { return four.y; });
      add(i + 2, [](const float4& four) { return four.z; });
      add(i + 3, [](const float4& four) { return four.w; });
    }
  }

  __syncwarp();  // the lanes have read the last factors
  sum = sum_of<row_lanes>(sum);
  if (lane % row_lanes == 0) factors[row] = __fdividef(args.gamma, sum);
  __syncwarp();
  scale_sums();
  const Positions<const float> inputs(args.input, picture);
  const Positions<float> outputs(args.output, picture);
  const int channel = first_channel + lane * chunk;
  const int valid = outputs.channels() - channel;
#pragma unroll
  for (int r = 0; r < warp_rows; ++r) {
    const int position = first_key + warp_row + r;
    if (position >= count || valid <= 0) continue;
    const auto input = load_chunk<float, chunk>(inputs.at(position) + channel, valid);
#pragma unroll
    for (int c = 0; c < chunk; ++c) sums[r][c] += input[c];
    store_values(outputs.at(position) + channel, valid, sums[r]);
  }
}

}  // namespace

void self_attention_float32(const SelfAttentionArgs& args, cudaStream_t stream) {
  const Shape& shape = args.output.shape;
  const dim3 grid(tiles_of<tile_keys>(shape) * static_cast<unsigned>(shape.n),
                  static_cast<unsigned>((shape.c + slice_channels - 1) / slice_channels));
  launch(self_attention_float32_kernel, grid, dim3(block_threads), Layout(args.query.shape.c).bytes(), stream, args);
}

}  // namespace colourize::kernels::cuda
