// Convolution of each channel on its own, 3x3 or 5x5 with stride 1 or 2, as in EfficientNet, or 7x7 with stride 1, as
// in ConvNeXt; direct.cu computes all others.
//
// A thread owns a chunk of channels in a run of four neighbouring output pixels. It reads each row of the window once
// for all four: 6 pixels instead of four times 3 for a 3x3 window, and 11 instead of 20 for a 5x5 one with stride 2.
// Weights are float32 and the same for all pixels, so they come from the L1 cache. A chunk divides the channels: it has
// 16 bytes in all networks, less where it must, and no chunk is cut off.
#include "kernels/cuda/operations.h"
#include "kernels/cuda/runs.cuh"

namespace colourize::kernels::cuda {
namespace {

// Resident blocks of a multiprocessor. By itself, ptxas spills a register now and then to fit one more block.
template <int size, int kernel>
constexpr int least_blocks = kernel >= 5 && size == 8 ? 1 : 2;

template <class Element, int size, int kernel, int stride>
__global__ void __launch_bounds__(block_threads, least_blocks<size, kernel>)
    depthwise_kernel(const __grid_constant__ DirectTask task) {
  using Channels = Chunk<Element, size>;
  constexpr int row_pixels = (run_pixels - 1) * stride + kernel;
  const ConvolutionArgs& args = task.args;
  Place at = own_run<size>(args.output.shape);
  if (at.valid <= 0) return;
  at.valid = size;

  float sums[run_pixels][size];
  begin_sums(task.bias, at, sums);
  Place from = at;
  const float* weights = task.weights + at.channel;
  // Not unrolled: a row's pixels alone fill up to 44 registers.
#pragma unroll 1
  for (int ky = 0; ky < kernel; ++ky) {
    from.y = at.y * stride - args.padding.top + ky;
    const bool row_inside = from.y >= 0 && from.y < args.input.shape.h;
    Channels row[row_pixels];
#pragma unroll
    for (int i = 0; i < row_pixels; ++i) {
      from.x = at.x * stride - args.padding.left + i;
      const bool inside = row_inside && from.x >= 0 && from.x < args.input.shape.w;
      row[i] = inside ? load_chunk<Element, size>(element_at<Element>(args.input, from), size) : Channels{};
    }
#pragma unroll
    for (int kx = 0; kx < kernel; ++kx) {
      const auto weight = load_chunk<float, size>(weights, size);
      weights += args.output.shape.c;
#pragma unroll
      for (int j = 0; j < run_pixels; ++j) {
#pragma unroll
        for (int i = 0; i < size; ++i) sums[j][i] += row[j * stride + kx][i] * weight[i];
      }
    }
  }
  finish_run<Element>(args, at, sums);
}

template <int kernel, int stride>
void run(const DirectTask& task, cudaStream_t stream) {
  const ConvolutionArgs& args = task.args;
  for_chunk(args.output.type, {args.output.shape.c}, [&]<class Element, int size>() {
    launch(depthwise_kernel<Element, size, kernel, stride>, grid_of_chunks<size>(runs_of(args.output.shape)),
           dim3(block_threads), 0, stream, task);
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
  if (is(7, 1)) return run<7, 1>(task, stream);
  direct(task, stream);
}

}  // namespace colourize::kernels::cuda
