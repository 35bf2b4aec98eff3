// Softmax over channels. Each warp has a pixel, and each lane has every 32nd chunk of its channels. It walks over the
// pixel three times: for the largest, the sum and the quotients. The last two walks find the pixel in the L1 cache. Any
// number of channels is possible, because none are kept.
#include "kernels/cuda/operations.h"
#include "kernels/cuda/pixel_walk.cuh"

namespace colourize::kernels::cuda {
namespace {

template <class Element>
__global__ void __launch_bounds__(block_threads)
    softmax_kernel(const __grid_constant__ SoftmaxArgs args, float per_temperature) {
  constexpr int size = whole_chunk<Element>;
  using Channels = Chunk<Element, size>;
  const Place at = own_lane_of_pixel<Element>(args.output.shape);
  if (at.n >= args.output.shape.n) return;  // the whole warp

  float largest = -INFINITY;
  for_each_chunk<Element>(args.input, at, [&](const Place& place, const Channels& chunk) {
#pragma unroll
    for (int i = 0; i < size; ++i) largest = i < place.valid ? fmaxf(largest, chunk[i]) : largest;
  });
  largest = largest_of<warp_lanes>(largest);
  const auto exponential = [&](float value) { return expf((value - largest) * per_temperature); };

  float sum = 0;
  for_each_chunk<Element>(args.input, at, [&](const Place& place, const Channels& chunk) {
#pragma unroll
    for (int i = 0; i < size; ++i) sum += i < place.valid ? exponential(chunk[i]) : 0.0F;
  });
  sum = sum_of<warp_lanes>(sum);

  const float factor = __fdividef(1.0F, sum);
  for_each_chunk<Element>(args.input, at, [&](const Place& place, const Channels& chunk) {
    float values[size];
#pragma unroll
    for (int i = 0; i < size; ++i) values[i] = exponential(chunk[i]) * factor;
    store_values(element_at<Element>(args.output, place), place.valid, values);
  });
}

void compute(const SoftmaxArgs& args, const Context& context) {
  for_element(args.output.type, [&]<class Element>() {
    launch(softmax_kernel<Element>, grid_of_pixels(args.output.shape), dim3(block_threads), 0, context.stream, args,
           1.0F / args.temperature);
  });
}

}  // namespace

const Implementation<SoftmaxArgs> softmax{.compute = compute};

}  // namespace colourize::kernels::cuda
