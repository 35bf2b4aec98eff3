// A convolution as a matrix product: A has a row a output pixel and a column a tap and input channel, B is the weights, and
// neither A nor B is ever in memory as such (implicit GEMM). A block computes a tile of 64 pixels x 64 channels:
//
//   global --cp.async, three stages ahead--> shared --ldmatrix--> registers --mma.sync m16n8k16--> 32 float32 sums a thread
//          --shared--> bias and epilogue, eight channels a thread --> 16-byte stores
//
// A stage holds 32 input channels of one tap for each row of the tile: 64 bytes a row, four chunks of 16. Where a row's chunk
// lies is permuted (swizzled) so that neither cp.async nor ldmatrix meets a bank conflict: eight rows' chunk of one number
// then lie in eight different groups of four banks.
#include "kernels/cuda/convolution.h"
#include "kernels/cuda/cuda.cuh"
#include "kernels/cuda/ptx.cuh"

namespace colourize::kernels::cuda {
namespace {

constexpr int warp_lanes = 32;
constexpr int chunk_halves = 8;  // 16 bytes
constexpr int stage_halves = 32;
constexpr int stage_chunks = stage_halves / chunk_halves;
constexpr int stages = 3;

constexpr int tile_pixels = 64;
constexpr int tile_channels = 64;
constexpr int warps_down = 2;
constexpr int warps_across = 2;
constexpr int threads = warps_down * warps_across * warp_lanes;
constexpr int warp_pixels = tile_pixels / warps_down;
constexpr int warp_channels = tile_channels / warps_across;
constexpr int mma_m = 16;
constexpr int mma_n = 8;
constexpr int mma_k = 16;
constexpr int fragments_down = warp_pixels / mma_m;
constexpr int fragments_across = warp_channels / mma_n;

constexpr int a_halves = tile_pixels * stage_halves;
constexpr int b_halves = tile_channels * stage_halves;
// Of the sums on their way to the epilogue; 8 floats more than the tile, so that rows fall into different banks.
constexpr int sums_stride = tile_channels + 8;
constexpr std::size_t pipeline_bytes = stages * (a_halves + b_halves) * sizeof(__half);
constexpr std::size_t sums_bytes = tile_pixels * sums_stride * sizeof(float);
constexpr std::size_t shared_bytes = pipeline_bytes > sums_bytes ? pipeline_bytes : sums_bytes;

__host__ __device__ constexpr std::int64_t rounded_up(std::int64_t count, std::int64_t to) {
  return (count + to - 1) / to * to;
}

// Where a row's chunk lies in a stage, in halves. Two rows fill the 128 bytes that all banks give at once.
__device__ inline int swizzled(int row, int chunk) {
  return row * stage_halves + (chunk ^ ((row >> 1) & (stage_chunks - 1))) * chunk_halves;
}

__device__ inline std::int64_t offset_of(const Strides& strides, std::int64_t n, std::int64_t y, std::int64_t x) {
  return n * strides.n + y * strides.h + x * strides.w;
}

// An output pixel.
struct Pixel {
  std::int64_t n;
  int y;
  int x;
};
__device__ inline Pixel pixel_at(const Shape& shape, std::int64_t index) {
  const std::int64_t row = index / shape.w;
  return {row / shape.h, static_cast<int>(row % shape.h), static_cast<int>(index % shape.w)};
}

// What a thread loads in each stage: the same chunk of some rows of A and of B, at a place in depth that moves on.
class Loader {
 public:
  __device__ explicit Loader(const ConvolutionTask& task)
      : task_(task),
        row_(static_cast<int>(threadIdx.x) / stage_chunks),
        chunk_(static_cast<int>(threadIdx.x) % stage_chunks) {
    const Shape& out = task.output.shape;
#pragma unroll
    for (int i = 0; i < rows_each; ++i) {
      const std::int64_t index = std::int64_t{blockIdx.x} * tile_pixels + row_ + i * rows_at_once;
      const Pixel pixel = pixel_at(out, index < out.pixels() ? index : 0);
      pictures_[i] = static_cast<const __half*>(task.input.data) + pixel.n * task.input.strides.n;
      // Above every picture where the tile hangs over the end.
      top_[i] = index < out.pixels() ? pixel.y * task.stride - task.padding.top : outside;
      left_[i] = pixel.x * task.stride - task.padding.left;
      weights_[i] = task.weights +
                    (std::int64_t{blockIdx.y} * tile_channels + row_ + i * rows_at_once) * task.kernel_h *
                        task.kernel_w * rounded_up(task.input.shape.c, stage_halves) +
                    chunk_ * chunk_halves;
    }
  }

  // Begins to load the next stage, and moves on.
  __device__ void load(__half* a, __half* b) {
    const int channel = channel_ + chunk_ * chunk_halves;
    const int left = static_cast<int>(task_.input.shape.c) - channel;
    const int valid = left < 0 ? 0 : left < chunk_halves ? left : chunk_halves;
#pragma unroll
    for (int i = 0; i < rows_each; ++i) {
      const int row = row_ + i * rows_at_once;
      const int y = top_[i] + tap_y_;
      const int x = left_[i] + tap_x_;
      const bool inside = valid > 0 && y >= 0 && y < task_.input.shape.h && x >= 0 && x < task_.input.shape.w;
      const __half* from =
          inside ? pictures_[i] + y * task_.input.strides.h + x * task_.input.strides.w + channel : pictures_[i];
      cp_async(a + swizzled(row, chunk_), from, inside ? valid * static_cast<int>(sizeof(__half)) : 0);
      cp_async(b + swizzled(row, chunk_), weights_[i], chunk_halves * static_cast<int>(sizeof(__half)));
      weights_[i] += stage_halves;
    }
    channel_ += stage_halves;
    if (channel_ < task_.input.shape.c) return;
    channel_ = 0;
    if (++tap_x_ < task_.kernel_w) return;
    tap_x_ = 0;
    ++tap_y_;
  }

 private:
  static constexpr int rows_at_once = threads / stage_chunks;
  static constexpr int rows_each = tile_pixels / rows_at_once;
  static_assert(tile_pixels == tile_channels, "a thread loads as many rows of A as of B");
  static constexpr int outside = -(1 << 28);

  const ConvolutionTask& task_;
  int row_;
  int chunk_;
  const __half* pictures_[rows_each];
  const __half* weights_[rows_each];
  int top_[rows_each];
  int left_[rows_each];
  int channel_ = 0;
  int tap_y_ = 0;
  int tap_x_ = 0;
};

// A warp's part of the tile.
struct WarpTile {
  __device__ WarpTile()
      : lane(static_cast<int>(threadIdx.x) % warp_lanes),
        first_row(static_cast<int>(threadIdx.x) / warp_lanes % warps_down * warp_pixels),
        first_column(static_cast<int>(threadIdx.x) / warp_lanes / warps_down * warp_channels) {}

  // Adds the product of one stage.
  __device__ void multiply(const __half* a, const __half* b) {
#pragma unroll
    for (int k = 0; k < stage_halves / mma_k; ++k) {
      std::uint32_t a_fragments[fragments_down][4];
      std::uint32_t b_fragments[fragments_across / 2][4];  // each of two tiles of 8 channels
#pragma unroll
      for (int i = 0; i < fragments_down; ++i) {
        ldmatrix(a_fragments[i], a + swizzled(first_row + i * mma_m + lane % 16, 2 * k + lane / 16));
      }
#pragma unroll
      for (int j = 0; j < fragments_across / 2; ++j) {
        const int row = first_column + j * 2 * mma_n + lane / 16 * mma_n + lane % 8;
        ldmatrix(b_fragments[j], b + swizzled(row, 2 * k + lane / 8 % 2));
      }
#pragma unroll
      for (int i = 0; i < fragments_down; ++i) {
#pragma unroll
        for (int j = 0; j < fragments_across; ++j) {
          const std::uint32_t b_fragment[2] = {b_fragments[j / 2][j % 2 * 2], b_fragments[j / 2][j % 2 * 2 + 1]};
          mma_f16(sums[i][j], a_fragments[i], b_fragment);
        }
      }
    }
  }

  __device__ void store(float* shared) const {
#pragma unroll
    for (int i = 0; i < fragments_down; ++i) {
#pragma unroll
      for (int j = 0; j < fragments_across; ++j) {
        const int column = first_column + j * mma_n + lane % 4 * 2;
#pragma unroll
        for (int half = 0; half < 2; ++half) {
          const int row = first_row + i * mma_m + lane / 4 + half * 8;
          store_vector(shared + row * sums_stride + column,
                       make_float2(sums[i][j][2 * half], sums[i][j][2 * half + 1]));
        }
      }
    }
  }

  int lane;
  int first_row;
  int first_column;
  float sums[fragments_down][fragments_across][4] = {};
};

__device__ inline float activated(float value, Activation activation) {
  if (activation == Activation::none) return value;
  // Not fmaxf, which would make a number of a NaN.
  value = value < 0.0F ? 0.0F : value;
  return activation == Activation::relu6 && value > 6.0F ? 6.0F : value;
}

__device__ inline float finished(const ConvolutionTask& task, float value, std::int64_t channel, float residual) {
  if (task.bias != nullptr) value += task.bias[channel];
  value = activated(value, task.epilogue.before);
  if (task.epilogue.affine.scale != nullptr) {
    value = value * task.epilogue.affine.scale[channel] + task.epilogue.affine.shift[channel];
  }
  return activated(value + residual, task.epilogue.after);
}

// Eight channels of one pixel from the tile of sums into the output.
__device__ inline void finish(const ConvolutionTask& task, const float* sums, const Pixel& pixel,
                              std::int64_t channel) {
  const auto* residual = static_cast<const __half*>(task.epilogue.residual.data);
  if (residual != nullptr) {
    residual += offset_of(task.epilogue.residual.strides, pixel.n, pixel.y, pixel.x) + channel;
  }
  __half* to =
      static_cast<__half*>(task.output.data) + offset_of(task.output.strides, pixel.n, pixel.y, pixel.x) + channel;
  const std::int64_t left = task.output.shape.c - channel;
  if (left < chunk_halves) {
    for (int i = 0; i < left; ++i) {
      const float added = residual == nullptr ? 0.0F : __half2float(residual[i]);
      to[i] = __float2half(finished(task, sums[i], channel + i, added));
    }
    return;
  }
  union Chunk {
    uint4 all;
    __half2 pairs[chunk_halves / 2];
  };
  // Of eight lanes that read at once, each 32 bytes after the other, four begin with their second 16: no bank is asked twice.
  const bool swapped = (threadIdx.x & 4U) != 0;
  const auto first = load_vector<float4>(sums + (swapped ? 4 : 0));
  const auto second = load_vector<float4>(sums + (swapped ? 0 : 4));
  const float4 low = swapped ? second : first;
  const float4 high = swapped ? first : second;
  const float values[chunk_halves] = {low.x, low.y, low.z, low.w, high.x, high.y, high.z, high.w};
  Chunk added;
  added.all = residual == nullptr ? make_uint4(0, 0, 0, 0) : load_vector<uint4>(residual);
  Chunk result;
#pragma unroll
  for (int i = 0; i < chunk_halves / 2; ++i) {
    const float2 pair = __half22float2(added.pairs[i]);
    result.pairs[i] = __floats2half2_rn(finished(task, values[2 * i], channel + 2 * i, pair.x),
                                        finished(task, values[2 * i + 1], channel + 2 * i + 1, pair.y));
  }
  store_vector(to, result.all);
}

__global__ void __launch_bounds__(threads) convolution_kernel(const ConvolutionTask task) {
  auto* const pipeline = reinterpret_cast<__half*>(shared_memory());
  const auto a_of = [&](int stage) { return pipeline + stage * (a_halves + b_halves); };
  const auto b_of = [&](int stage) { return a_of(stage) + a_halves; };

  Loader loader(task);
  WarpTile tile;
  const int all =
      task.kernel_h * task.kernel_w * static_cast<int>(rounded_up(task.input.shape.c, stage_halves) / stage_halves);
  // A group is committed for every stage, loaded or not, so that the number of groups pending says which have landed.
  for (int stage = 0; stage < stages - 1; ++stage) {
    if (stage < all) loader.load(a_of(stage), b_of(stage));
    cp_async_commit();
  }
  for (int i = 0; i < all; ++i) {
    cp_async_wait<stages - 2>();
    // All threads' copies of this stage are there; and all are done with the one that is loaded next.
    __syncthreads();
    const int next = i + stages - 1;
    if (next < all) loader.load(a_of(next % stages), b_of(next % stages));
    cp_async_commit();
    tile.multiply(a_of(i % stages), b_of(i % stages));
  }
  __syncthreads();  // the sums take the place of the stages

  auto* const sums = reinterpret_cast<float*>(shared_memory());
  tile.store(sums);
  __syncthreads();
  constexpr int row_chunks = tile_channels / chunk_halves;
  for (int i = static_cast<int>(threadIdx.x); i < tile_pixels * row_chunks; i += threads) {
    const int row = i / row_chunks;
    const int column = i % row_chunks * chunk_halves;
    const std::int64_t index = std::int64_t{blockIdx.x} * tile_pixels + row;
    const std::int64_t channel = std::int64_t{blockIdx.y} * tile_channels + column;
    if (index >= task.output.shape.pixels() || channel >= task.output.shape.c) continue;
    finish(task, sums + row * sums_stride + column, pixel_at(task.output.shape, index), channel);
  }
}

}  // namespace

std::vector<__half> half_weights(const ConvolutionWeights& weights) {
  const std::int64_t area = std::int64_t{weights.kernel_h} * weights.kernel_w;
  const std::int64_t in_channels = rounded_up(weights.in_channels, stage_halves);
  std::vector<__half> result(
      static_cast<std::size_t>(rounded_up(weights.out_channels, tile_channels) * area * in_channels), __half(0.0F));
  for (std::int64_t out = 0; out < weights.out_channels; ++out) {
    for (std::int64_t in = 0; in < weights.in_channels; ++in) {
      for (std::int64_t tap = 0; tap < area; ++tap) {
        result[static_cast<std::size_t>((out * area + tap) * in_channels + in)] =
            __float2half(weights.weight[(out * weights.in_channels + in) * area + tap]);
      }
    }
  }
  return result;
}

void convolution(const ConvolutionTask& task, cudaStream_t stream) {
  const Shape& out = task.output.shape;
  const dim3 grid(static_cast<unsigned>(rounded_up(out.pixels(), tile_pixels) / tile_pixels),
                  static_cast<unsigned>(rounded_up(out.c, tile_channels) / tile_channels));
  launch(convolution_kernel, grid, dim3(threads), shared_bytes, stream, task);
}

}  // namespace colourize::kernels::cuda
