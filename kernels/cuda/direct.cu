// A convolution as its formula reads, for what suits no tensor core: the networks' first layers, of 1 or 3 input channels, and
// any grouped one.
//
// A thread owns eight output channels in a run of four neighbouring output pixels, so that eight weights (two accesses) and
// four inputs make 32 products. Channels of a pixel are neighbouring threads: of 64 channels, a warp reads 64 neighbouring
// weights and four runs' inputs, and writes whole pixels. Weights, 37 KB for 7 x 7 x 3 x 64, stay in the L1 cache.
#include "kernels/cuda/epilogue.cuh"
#include "kernels/cuda/operations.h"

namespace colourize::kernels::cuda {
namespace {

constexpr int channels_each = 8;
constexpr int run_pixels = 4;

// Runs in place of columns.
__host__ __device__ inline Shape runs_of(Shape shape) {
  shape.w = (shape.w + run_pixels - 1) / run_pixels;
  return shape;
}

// The first input channel that an output channel's group reads. `own`: of a thread's output channels, each is asked; where a
// thread's channels are all of one group, the first stands for all.
template <bool one_group>
class GroupInputs {
 public:
  __device__ GroupInputs(const DirectTask& task, int channel, int channels) {
    const unsigned group_channels =
        static_cast<unsigned>(task.args.output.shape.c) / static_cast<unsigned>(task.groups);
#pragma unroll
    for (int i = 0; i < (one_group ? 1 : channels_each); ++i) {
      const int group = static_cast<int>(static_cast<unsigned>(channel + i) / group_channels);
      first_[i] = (group < task.groups ? group : task.groups - 1) * channels;
    }
  }
  __device__ int operator[](int i) const {
    return first_[one_group ? 0 : i];
  }

 private:
  int first_[one_group ? 1 : channels_each];
};

template <class Element, bool one_group>
__global__ void __launch_bounds__(block_threads, 1) direct_kernel(const __grid_constant__ DirectTask task) {
  const ConvolutionArgs& args = task.args;
  const int out_channels = static_cast<int>(args.output.shape.c);
  const int group_inputs =
      static_cast<int>(static_cast<unsigned>(args.input.shape.c) / static_cast<unsigned>(task.groups));
  const bool weights_are_aligned = out_channels % 4 == 0;
  Place at = own_place<channels_each>(runs_of(args.output.shape));
  if (at.valid <= 0) return;
  at.x *= run_pixels;
  const GroupInputs<one_group> inputs(task, at.channel, group_inputs);

  float sums[run_pixels][channels_each] = {};
#pragma unroll
  for (int j = 0; j < run_pixels; ++j) add(task.bias, at, sums[j]);
  const float* weights = task.weights + at.channel;
  Place from = at;
  from.channel = 0;
  for (int ky = 0; ky < task.kernel_h; ++ky) {
    from.y = at.y * args.stride - args.padding.top + ky;
    if (from.y < 0 || from.y >= args.input.shape.h) {
      weights += task.kernel_w * group_inputs * out_channels;
      continue;
    }
    for (int kx = 0; kx < task.kernel_w; ++kx) {
      const Element* pixels[run_pixels];
      bool inside[run_pixels];
#pragma unroll
      for (int j = 0; j < run_pixels; ++j) {
        from.x = (at.x + j) * args.stride - args.padding.left + kx;
        inside[j] = from.x >= 0 && from.x < args.input.shape.w;
        pixels[j] = element_at<Element>(args.input, from);
      }
      for (int c = 0; c < group_inputs; ++c) {
        const auto weight = weights_are_aligned ? load_chunk<float, channels_each>(weights, at.valid)
                                                : load_each<float, channels_each>(weights, at.valid);
        weights += out_channels;
#pragma unroll
        for (int j = 0; j < run_pixels; ++j) {
          if (!inside[j]) continue;
#pragma unroll
          for (int i = 0; i < channels_each; ++i) sums[j][i] += as_float(pixels[j][inputs[i] + c]) * weight[i];
        }
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

}  // namespace

void direct(const DirectTask& task, cudaStream_t stream) {
  const Shape runs = runs_of(task.args.output.shape);
  const bool one_group = task.groups == 1 || task.args.output.shape.c / task.groups % channels_each == 0;
  for_element(task.args.output.type, [&]<class Element>() {
    launch(one_group ? direct_kernel<Element, true> : direct_kernel<Element, false>,
           grid_of_chunks<channels_each>(runs), dim3(block_threads), 0, stream, task);
  });
}

}  // namespace colourize::kernels::cuda
