// Puts the channels of two inputs side by side, each through its affine, both through the activation. Each thread has a
// chunk of the output, from one input or the other, never from both. Where the first input's channels are not a
// multiple of 16 bytes, chunks are smaller: for example 8 bytes for 300 + 3, and one element for 259 + 22.
//
// With the first input upsampled on its way (blur.cuh), a thread owns a chunk of output channels in a strip of input
// rows, and writes squares of 2 x 2 pixels of it; chunks of the second input are copied in the same walk.
#include "kernels/cuda/blur.cuh"
#include "kernels/cuda/epilogue.cuh"
#include "kernels/cuda/operations.h"

namespace colourize::kernels::cuda {
namespace {

template <class Element, int size>
__device__ inline void finish_and_store(const ConcatenateArgs& args, const Affine& affine, const Place& from,
                                        const Place& to, float (&values)[size]) {
  transform(affine, from, values);
  activate(args.activation, values);
  store_values(element_at<Element>(args.output, to), to.valid, values);
}

// From one of the inputs as it is to the output: the same pixel, the same channels of the input and of the output.
template <class Element, int size>
__device__ inline void copy(const ConcatenateArgs& args, const ConstView& input, const Affine& affine, Place from,
                            const Place& to) {
  from.y = to.y;
  from.x = to.x;
  float values[size];
  load_values(element_at<Element>(input, from), from.valid, values);
  finish_and_store<Element>(args, affine, from, to, values);
}

// A place of the output as one of the second input.
__device__ inline Place of_second(Place at, const ConcatenateArgs& args) {
  at.channel -= static_cast<int>(args.output.shape.c - args.inputs[1].shape.c);
  return at;
}

template <class Element, int size>
__global__ void __launch_bounds__(block_threads) concatenate_kernel(const __grid_constant__ ConcatenateArgs args) {
  const Place at = own_place<size>(args.output.shape);
  if (at.valid <= 0) return;
  if (at.channel < args.inputs[0].shape.c) {
    copy<Element, size>(args, args.inputs[0], args.affines[0], at, at);
  } else {
    copy<Element, size>(args, args.inputs[1], args.affines[1], of_second(at, args), at);
  }
}

__host__ __device__ inline Shape output_strips(const ConcatenateArgs& args) {
  Shape strips = strips_of(args.inputs[0].shape);
  strips.c = args.output.shape.c;
  return strips;
}

template <class Element, int size, ChannelOrder order>
__global__ void __launch_bounds__(block_threads)
    concatenate_upsampled_kernel(const __grid_constant__ ConcatenateArgs args) {
  Place at = own_place<size>(output_strips(args));
  if (at.valid <= 0) return;
  const ConstView& first = args.inputs[0];
  at.y *= strip_rows;
  const int end = at.y + strip_rows < first.shape.h ? at.y + strip_rows : static_cast<int>(first.shape.h);
  if (at.channel < first.shape.c / 4) {
    BlurredColumn<Element, size, order> column(first, at);
    for (; at.y < end; ++at.y) {
      float pixels[4][size];
      column.next(pixels);
#pragma unroll
      for (int corner = 0; corner < 4; ++corner) {
        finish_and_store<Element>(args, args.affines[0], at, corner_of(at, corner), pixels[corner]);
      }
    }
  } else {
    for (; at.y < end; ++at.y) {
#pragma unroll
      for (int corner = 0; corner < 4; ++corner) {
        copy<Element, size>(args, args.inputs[1], args.affines[1], of_second(at, args), corner_of(at, corner));
      }
    }
  }
}

std::optional<std::string> limits(const ConcatenateArgs& args, const Context& /*context*/) {
  return why_not_fused(args.activation);
}

void compute(const ConcatenateArgs& args, const Context& context) {
  const std::int64_t border = args.output.shape.c - args.inputs[1].shape.c;
  if (!args.upsample_first) {
    for_chunk(args.output.type, {border}, [&]<class Element, int size>() {
      launch(concatenate_kernel<Element, size>, grid_of_chunks<size>(args.output.shape), dim3(block_threads), 0,
             context.stream, args);
    });
    return;
  }
  for_order(args.order, [&]<ChannelOrder order>() {
    for_chunk(args.output.type, {border}, [&]<class Element, int size>() {
      launch(concatenate_upsampled_kernel<Element, size, order>, grid_of_chunks<size>(output_strips(args)),
             dim3(block_threads), 0, context.stream, args);
    });
  });
}

}  // namespace

const Implementation<ConcatenateArgs> concatenate{.compute = compute, .limits = limits};

}  // namespace colourize::kernels::cuda
