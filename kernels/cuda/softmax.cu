// Softmax over channels: a warp a pixel, a lane every 32nd chunk of its channels. Three walks over the pixel, the largest, the
// sum and the quotients, of which the last two find it in the L1 cache; any number of channels, and none kept.
#include "kernels/cuda/element.cuh"
#include "kernels/cuda/operations.h"
#include "kernels/cuda/warp.cuh"

namespace colourize::kernels::cuda {
namespace {

constexpr int block_warps = block_threads / warp_lanes;

// Calls visit(place, chunk) for each of this lane's chunks.
template <class Element, class Visit>
__device__ inline void for_each_chunk(const ConstView& view, Place at, const Visit& visit) {
  constexpr int size = whole_chunk<Element>;
  const int channels = static_cast<int>(view.shape.c);
  for (; at.channel < channels; at.channel += warp_lanes * size) {
    at.valid = channels - at.channel;
    visit(at, load_chunk<Element, size>(element_at<Element>(view, at), at.valid));
  }
}

template <class Element>
__global__ void __launch_bounds__(block_threads)
    softmax_kernel(const __grid_constant__ SoftmaxArgs args, float per_temperature) {
  constexpr int size = whole_chunk<Element>;
  using Channels = Chunk<Element, size>;
  const int warp = static_cast<int>(threadIdx.x) / warp_lanes;
  const int lane = static_cast<int>(threadIdx.x) % warp_lanes;
  const Place at = place_of(args.output.shape, static_cast<int>(blockIdx.x) * block_warps + warp, lane * size);
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
  const dim3 grid(static_cast<unsigned>((args.output.shape.pixels() + block_warps - 1) / block_warps));
  for_element(args.output.type, [&]<class Element>() {
    launch(softmax_kernel<Element>, grid, dim3(block_threads), 0, context.stream, args, 1.0F / args.temperature);
  });
}

}  // namespace

const Implementation<SoftmaxArgs> softmax{.compute = compute};

}  // namespace colourize::kernels::cuda
