// A sigmoid stretched to a range. Each thread has a chunk.
#include "kernels/cuda/element.cuh"
#include "kernels/cuda/operations.h"

namespace colourize::kernels::cuda {
namespace {

template <class Element>
__global__ void __launch_bounds__(block_threads) sigmoid_range_kernel(const __grid_constant__ SigmoidRangeArgs args) {
  constexpr int size = whole_chunk<Element>;
  const Place at = own_place<size>(args.output.shape);
  if (at.valid <= 0) return;
  float values[size];
  load_values(element_at<Element>(args.input, at), at.valid, values);
#pragma unroll
  for (int i = 0; i < size; ++i) {
    // The fast division is wrong by two units, but the other one calls a function. For infinity it gives the right
    // result, 0.
    values[i] = args.low + __fdividef(args.high - args.low, 1.0F + expf(-values[i]));
  }
  store_values(element_at<Element>(args.output, at), at.valid, values);
}

void compute(const SigmoidRangeArgs& args, const Context& context) {
  for_element(args.output.type, [&]<class Element>() {
    launch(sigmoid_range_kernel<Element>, grid_of_chunks<whole_chunk<Element>>(args.output.shape), dim3(block_threads),
           0, context.stream, args);
  });
}

}  // namespace

const Implementation<SigmoidRangeArgs> sigmoid_range{.compute = compute};

}  // namespace colourize::kernels::cuda
