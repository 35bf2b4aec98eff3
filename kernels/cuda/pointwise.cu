// An epilogue by itself, and the conversion between packed float32 and the device's type. Each thread has a chunk.
//
// With two types, a chunk is as many channels as 16 bytes of the narrower type hold; the wider type then moves in two
// accesses. Packed pixels of three channels begin at any address, so a chunk there is one channel; neighbouring threads
// still share sectors.
#include "kernels/cuda/epilogue.cuh"
#include "kernels/cuda/operations.h"

namespace colourize::kernels::cuda {
namespace {

template <class Input, class Output, int size>
__global__ void __launch_bounds__(block_threads) pointwise_kernel(const __grid_constant__ PointwiseArgs args) {
  const Place at = own_place<size>(args.output.shape);
  if (at.valid <= 0) return;
  float values[size];
  load_values(element_at<Input>(args.input, at), at.valid, values);
  finish<Output>(args.epilogue, at, values);
  store_values(element_at<Output>(args.output, at), at.valid, values);
}

// The activations that the shared epilogue leaves out, too.
template <int size>
__device__ inline void activate_any(Activation activation, float (&values)[size]) {
  constexpr float root_of_half = 0.707106781F;
  if (activation != Activation::gelu) return activate(activation, values);
#pragma unroll
  for (int i = 0; i < size; ++i) values[i] = 0.5F * values[i] * (1.0F + erff(values[i] * root_of_half));
}

// An epilogue with these, of one type in and out.
template <class Element, int size>
__global__ void __launch_bounds__(block_threads) curved_pointwise_kernel(const __grid_constant__ PointwiseArgs args) {
  const Place at = own_place<size>(args.output.shape);
  if (at.valid <= 0) return;
  float values[size];
  load_values(element_at<Element>(args.input, at), at.valid, values);
  activate_any(args.epilogue.before, values);
  transform(args.epilogue.affine, at, values);
  add_residual<Element>(args.epilogue, at, values);
  activate_any(args.epilogue.after, values);
  store_values(element_at<Element>(args.output, at), at.valid, values);
}

void compute(const PointwiseArgs& args, const Context& context) {
  if (!fuses(args.epilogue.before) || !fuses(args.epilogue.after)) {
    return for_element(args.output.type, [&]<class Element>() {
      constexpr int size = whole_chunk<Element>;
      launch(curved_pointwise_kernel<Element, size>, grid_of_chunks<size>(args.output.shape), dim3(block_threads), 0,
             context.stream, args);
    });
  }
  const Strides& from = args.input.strides;
  const Strides& to = args.output.strides;
  const Strides& residual = args.epilogue.residual.strides;
  const auto run = [&]<class Input, class Output, int size>() {
    launch(pointwise_kernel<Input, Output, size>, grid_of_chunks<size>(args.output.shape), dim3(block_threads), 0,
           context.stream, args);
  };
  // The narrower type says how many channels a chunk has.
  const Type narrower = args.input.type == Type::float32 ? args.output.type : Type::float16;
  for_chunk(narrower, {from.n, from.h, from.w, to.n, to.h, to.w, residual.n, residual.h, residual.w},
            [&]<class Element, int size>() {
              for_element(args.input.type, [&]<class Input>() {
                for_element(args.output.type, [&]<class Output>() { run.template operator()<Input, Output, size>(); });
              });
            });
}

}  // namespace

const Implementation<PointwiseArgs> pointwise{.compute = compute};

}  // namespace colourize::kernels::cuda
