// Convolution of each channel on its own, 3x3 or 5x5 of stride 1 or 2 as EfficientNet has it; direct.cu computes any other.
//
// A thread owns a chunk of channels in a run of four neighbouring output pixels. It reads each row of the window once for all
// four: 6 pixels of a 3x3 window where four times 3 would be read, 11 where 20 would of a 5x5 one of stride 2. Weights are
// float32 and the same for all pixels, so they come from the L1 cache.
#include "kernels/cuda/epilogue.cuh"
#include "kernels/cuda/operations.h"

namespace colourize::kernels::cuda {
namespace {

constexpr int run_pixels = 4;

// Runs in place of columns.
__host__ __device__ inline Shape runs_of(Shape shape) {
  shape.w = (shape.w + run_pixels - 1) / run_pixels;
  return shape;
}

template <class Element, int kernel, int stride>
__global__ void __launch_bounds__(block_threads, 1) depthwise_kernel(const __grid_constant__ DirectTask task) {
  constexpr int size = whole_chunk<Element>;
  using Channels = Chunk<Element, size>;
  constexpr int row_pixels = (run_pixels - 1) * stride + kernel;
  const ConvolutionArgs& args = task.args;
  const int channels = static_cast<int>(args.output.shape.c);
  const bool weights_are_aligned = channels % 4 == 0;
  Place at = own_place<size>(runs_of(args.output.shape));
  if (at.valid <= 0) return;
  at.x *= run_pixels;

  float sums[run_pixels][size] = {};
#pragma unroll
  for (int j = 0; j < run_pixels; ++j) add(task.bias, at, sums[j]);
  Place from = at;
  // Not unrolled: a row's pixels alone fill up to 44 registers.
#pragma unroll 1
  for (int ky = 0; ky < kernel; ++ky) {
    from.y = at.y * stride - args.padding.top + ky;
    if (from.y < 0 || from.y >= args.input.shape.h) continue;
    Channels row[row_pixels];
#pragma unroll
    for (int i = 0; i < row_pixels; ++i) {
      from.x = at.x * stride - args.padding.left + i;
      const bool inside = from.x >= 0 && from.x < args.input.shape.w;
      row[i] = inside ? load_chunk<Element, size>(element_at<Element>(args.input, from), at.valid) : Channels{};
    }
#pragma unroll
    for (int kx = 0; kx < kernel; ++kx) {
      const float* weights = task.weights + (ky * kernel + kx) * channels + at.channel;
      const auto weight =
          weights_are_aligned ? load_chunk<float, size>(weights, at.valid) : load_each<float, size>(weights, at.valid);
#pragma unroll
      for (int j = 0; j < run_pixels; ++j) {
#pragma unroll
        for (int i = 0; i < size; ++i) sums[j][i] += row[j * stride + kx][i] * weight[i];
      }
    }
  }
#pragma unroll
  for (int j = 0; j < run_pixels; ++j) {
    if (at.x < args.output.shape.w) {
      finish<Element>(args.epilogue, at, sums[j]);
      store_values(element_at<Element>(args.output, at), at.valid, sums[j]);
    }
    ++at.x;
  }
}

template <int kernel, int stride>
void run(const DirectTask& task, cudaStream_t stream) {
  const Shape runs = runs_of(task.args.output.shape);
  for_element(task.args.output.type, [&]<class Element>() {
    launch(depthwise_kernel<Element, kernel, stride>, grid_of_chunks<whole_chunk<Element>>(runs), dim3(block_threads),
           0, stream, task);
  });
}

}  // namespace

void depthwise(const DirectTask& task, cudaStream_t stream) {
  const auto is = [&](int kernel, int stride) {
    return task.kernel_h == kernel && task.kernel_w == kernel && task.args.stride == stride;
  };
  if (is(3, 1)) return run<3, 1>(task, stream);
  if (is(3, 2)) return run<3, 2>(task, stream);
  if (is(5, 1)) return run<5, 1>(task, stream);
  if (is(5, 2)) return run<5, 2>(task, stream);
  direct(task, stream);
}

}  // namespace colourize::kernels::cuda
