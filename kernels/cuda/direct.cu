// A convolution as in its formula, for what does not suit tensor cores: the networks' first layers, with 1 or 3 input
// channels, and any grouped one.
//
// A thread owns eight output channels in a run of four neighbouring output pixels, so that eight weights (two accesses)
// and four inputs make 32 products. The channels of a pixel belong to neighbouring threads: with 64 channels, a warp
// reads 64 neighbouring weights and four runs' inputs, and writes whole pixels. The weights, 37 KB for 7 x 7 x 3 x 64,
// stay in the L1 cache. Where eight does not divide a group's channels, a thread owns four or one of them. Its channels
// are always of one group, and read the same inputs.
#include "kernels/cuda/operations.h"
#include "kernels/cuda/runs.cuh"

namespace colourize::kernels::cuda {
namespace {

template <class Element, int size>
__global__ void __launch_bounds__(block_threads, 2) direct_kernel(const __grid_constant__ DirectTask task) {
  const ConvolutionArgs& args = task.args;
  const auto groups = static_cast<unsigned>(task.groups);
  const int group_inputs = static_cast<int>(static_cast<unsigned>(args.input.shape.c) / groups);
  const unsigned group_outputs = static_cast<unsigned>(args.output.shape.c) / groups;
  Place at = own_run<size>(args.output.shape);
  if (at.valid <= 0) return;
  at.valid = size;

  float sums[run_pixels][size];
  begin_sums(task.bias, at, sums);
  Place from = at;
  from.channel = static_cast<int>(static_cast<unsigned>(at.channel) / group_outputs) * group_inputs;
  const float* weights = task.weights + at.channel;
  for (int ky = 0; ky < task.kernel_h; ++ky) {
    from.y = at.y * args.stride - args.padding.top + ky;
    const bool row_inside = from.y >= 0 && from.y < args.input.shape.h;
    for (int kx = 0; kx < task.kernel_w; ++kx) {
      const Element* pixels[run_pixels];
      bool inside[run_pixels];
#pragma unroll
      for (int j = 0; j < run_pixels; ++j) {
        from.x = (at.x + j) * args.stride - args.padding.left + kx;
        inside[j] = row_inside && from.x >= 0 && from.x < args.input.shape.w;
        pixels[j] = element_at<Element>(args.input, from);
      }
      for (int c = 0; c < group_inputs; ++c) {
        const auto weight = load_chunk<float, size>(weights, size);
        weights += args.output.shape.c;
#pragma unroll
        for (int j = 0; j < run_pixels; ++j) {
          const float input = inside[j] ? as_float(pixels[j][c]) : 0.0F;
#pragma unroll
          for (int i = 0; i < size; ++i) sums[j][i] += input * weight[i];
        }
      }
    }
  }
  finish_run<Element>(args, at, sums);
}

}  // namespace

void direct(const DirectTask& task, cudaStream_t stream) {
  const Shape& out = task.args.output.shape;
  for_chunk(task.args.output.type, {out.c / task.groups}, [&]<class Element, int size>() {
    launch(direct_kernel<Element, size>, grid_of_chunks<size>(runs_of(out)), dim3(block_threads), 0, stream, task);
  });
}

}  // namespace colourize::kernels::cuda
