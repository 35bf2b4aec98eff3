// The convolution in float32, for comparison: the same implicit GEMM with plain multiply-adds instead of tensor cores.
// A block of 256 threads computes 64 pixels x 64 channels; each thread computes 4 x 4 of them.
//
//   global --registers, one stage ahead--> shared --> 16 accumulators a thread --> bias and epilogue --> 16-byte stores
//
// A stage holds 16 input channels of one tap: A as 16 rows of 64 pixels, B as 16 rows of 64 output channels. A thread
// brings 4 channels of one pixel of A, which become 4 rows: pixels of every row are permuted by its channels' number,
// so that the 32 lanes of a store (8 pixels x 4 numbers) meet 32 banks. 4 KiB each, 8 in all.
#include "kernels/cuda/convolution.h"
#include "kernels/cuda/cuda.cuh"
#include "kernels/cuda/epilogue.cuh"

namespace colourize::kernels::cuda {
namespace {

constexpr int tile_pixels = float32_tile_pixels;
constexpr int tile_channels = float32_tile_channels;
constexpr int threads = 256;
constexpr int chunk = 4;
constexpr int stage_depth = 16;
constexpr int stage_chunks = stage_depth / chunk;
constexpr int shared_bytes = stage_depth * (tile_pixels + tile_channels) * static_cast<int>(sizeof(float));
constexpr int across = tile_channels / chunk;  // threads side by side
static_assert(threads == across * (tile_pixels / chunk) && threads == tile_pixels * stage_chunks);
static_assert(threads == stage_depth * across);
static_assert(stage_channels % stage_depth == 0);

constexpr int padded(std::int64_t in_channels) {
  return static_cast<int>((in_channels + stage_channels - 1) / stage_channels * stage_channels);
}

// Where a pixel lies in A's row of input channel k of the stage.
__device__ inline int place_in_a(int k, int pixel) {
  return k * tile_pixels + (pixel ^ (k / chunk * 8));
}

// What a thread loads in each stage: 4 channels of one pixel of A, and 4 output channels of one row of B.
class Loader {
 public:
  __device__ explicit Loader(const ConvolutionTask& task) : task_(task) {
    const int index = static_cast<int>(blockIdx.x) * tile_pixels + pixel();
    const bool exists = index < task.output.shape.pixels();
    at_ = place_of(task.output.shape, exists ? index : 0, 0);
    at_.y = exists ? at_.y * task.stride - task.padding.top : outside;
    at_.x = at_.x * task.stride - task.padding.left;
    weights_ = static_cast<const float*>(task.weights) + blockIdx.y * tile_channels + threadIdx.x % across * chunk +
               std::int64_t{threadIdx.x / across} * row_floats();
  }

  // Brings the next stage into registers, and moves on.
  __device__ void load(float (&a)[chunk], float (&b)[chunk]) {
    const Place from{.n = at_.n,
                     .y = at_.y + tap_y_,
                     .x = at_.x + tap_x_,
                     .channel = channel_ + first_row(),
                     .valid = static_cast<int>(task_.input.shape.c) - channel_ - first_row()};
    const bool inside = from.y >= 0 && from.y < task_.input.shape.h && from.x >= 0 && from.x < task_.input.shape.w;
    load_values(inside ? element_at<float>(task_.input, from) : nullptr, inside ? from.valid : 0, a);
    load_values(weights_, chunk, b);
    weights_ += stage_depth * std::int64_t{row_floats()};
    channel_ += stage_depth;
    if (channel_ < padded(task_.input.shape.c)) return;
    channel_ = 0;
    if (++tap_x_ < task_.kernel_w) return;
    tap_x_ = 0;
    ++tap_y_;
  }

  __device__ static void store(const float (&a)[chunk], const float (&b)[chunk], float* shared_a, float* shared_b) {
#pragma unroll
    for (int i = 0; i < chunk; ++i) shared_a[place_in_a(first_row() + i, pixel())] = a[i];
    store_values(shared_b + static_cast<int>(threadIdx.x) * chunk, chunk, b);
  }

 private:
  static constexpr int outside = -(1 << 28);

  __device__ static int pixel() {
    return static_cast<int>(threadIdx.x) / stage_chunks;
  }
  __device__ static int first_row() {
    return static_cast<int>(threadIdx.x) % stage_chunks * chunk;
  }
  __device__ static int row_floats() {
    return static_cast<int>(gridDim.y) * tile_channels;
  }

  const ConvolutionTask& task_;
  Place at_;
  const float* weights_;
  int channel_ = 0;
  int tap_y_ = 0;
  int tap_x_ = 0;
};

__global__ void __launch_bounds__(threads) convolution_float32_kernel(const __grid_constant__ ConvolutionTask task) {
  auto* const a = reinterpret_cast<float*>(shared_memory());
  float* const b = a + stage_depth * tile_pixels;
  const int first_pixel = static_cast<int>(threadIdx.x) / across * chunk;
  const int first_channel = static_cast<int>(threadIdx.x) % across * chunk;

  Loader loader(task);
  float sums[chunk][chunk] = {};
  const int all = task.kernel_h * task.kernel_w * (padded(task.input.shape.c) / stage_depth);
  float next_a[chunk];
  float next_b[chunk];
  loader.load(next_a, next_b);
#pragma unroll 1
  for (int stage = 0; stage < all; ++stage) {
    Loader::store(next_a, next_b, a, b);
    __syncthreads();
    if (stage + 1 < all) loader.load(next_a, next_b);
#pragma unroll
    for (int k = 0; k < stage_depth; ++k) {
      float pixels[chunk];
      float channels[chunk];
      load_values(a + place_in_a(k, first_pixel), chunk, pixels);
      load_values(b + k * tile_channels + first_channel, chunk, channels);
#pragma unroll
      for (int i = 0; i < chunk; ++i) {
#pragma unroll
        for (int j = 0; j < chunk; ++j) sums[i][j] += pixels[i] * channels[j];
      }
    }
    __syncthreads();  // all are done with the stage
  }

#pragma unroll
  for (int i = 0; i < chunk; ++i) {
    const int index = static_cast<int>(blockIdx.x) * tile_pixels + first_pixel + i;
    const Place at = place_of(task.output.shape, index, static_cast<int>(blockIdx.y) * tile_channels + first_channel);
    if (index >= task.output.shape.pixels() || at.valid <= 0) continue;
    add(task.bias, at, sums[i]);
    finish<float>(task.epilogue, at, sums[i]);
    store_values(element_at<float>(task.output, at), at.valid, sums[i]);
  }
}

}  // namespace

void convolution_float32(const ConvolutionTask& task, cudaStream_t stream) {
  const Shape& out = task.output.shape;
  const dim3 grid(static_cast<unsigned>((out.pixels() + tile_pixels - 1) / tile_pixels),
                  static_cast<unsigned>((out.c + tile_channels - 1) / tile_channels));
  launch(convolution_float32_kernel, grid, dim3(threads), shared_bytes, stream, task);
}

}  // namespace colourize::kernels::cuda
