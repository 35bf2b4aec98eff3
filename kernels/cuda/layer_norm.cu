// Layer norm over the channels of each pixel, with a warp for each pixel (pixel_walk.cuh). It walks three times: for a
// first mean, for the sums of the shifted values and of their squares, and for the quotients. The last two walks find
// the pixel in the L1 cache. It uses no shared memory; a warp's lanes read 512 bytes side by side. In place, a lane
// overwrites only what it alone has read, after all lanes' sums are known.
#include "kernels/cuda/epilogue.cuh"
#include "kernels/cuda/operations.h"
#include "kernels/cuda/pixel_walk.cuh"

namespace colourize::kernels::cuda {
namespace {

template <class Element>
__global__ void __launch_bounds__(block_threads)
    layer_norm_kernel(const __grid_constant__ LayerNormArgs args, float per_channel) {
  constexpr int size = whole_chunk<Element>;
  using Channels = Chunk<Element, size>;
  const Place at = own_lane_of_pixel<Element>(args.output.shape);
  if (at.n >= args.output.shape.n) return;  // the whole warp

  float sum = 0;
  for_each_chunk<Element>(args.input, at, [&](const Place& place, const Channels& chunk) {
#pragma unroll
    for (int i = 0; i < size; ++i) sum += i < place.valid ? chunk[i] : 0.0F;
  });
  const float mean = sum_of<warp_lanes>(sum) * per_channel;

  float less = 0;
  float squares = 0;
  for_each_chunk<Element>(args.input, at, [&](const Place& place, const Channels& chunk) {
#pragma unroll
    for (int i = 0; i < size; ++i) {
      const float value = i < place.valid ? chunk[i] - mean : 0.0F;
      less += value;
      squares += value * value;
    }
  });
  const float correction = sum_of<warp_lanes>(less) * per_channel;
  const float variance = sum_of<warp_lanes>(squares) * per_channel - correction * correction;
  // Rounding may leave the difference below 0. Not fmaxf, which would turn NaN into a number.
  const float factor = rsqrtf((variance < 0.0F ? 0.0F : variance) + args.epsilon);

  for_each_chunk<Element>(args.input, at, [&](const Place& place, const Channels& chunk) {
    float values[size];
#pragma unroll
    for (int i = 0; i < size; ++i) values[i] = ((chunk[i] - mean) - correction) * factor;
    transform(args.affine, place, values);
    store_values(element_at<Element>(args.output, place), place.valid, values);
  });
}

void compute(const LayerNormArgs& args, const Context& context) {
  const float per_channel = 1.0F / static_cast<float>(args.output.shape.c);
  for_element(args.output.type, [&]<class Element>() {
    launch(layer_norm_kernel<Element>, grid_of_pixels(args.output.shape), dim3(block_threads), 0, context.stream, args,
           per_channel);
  });
}

}  // namespace

const Implementation<LayerNormArgs> layer_norm{.compute = compute};

}  // namespace colourize::kernels::cuda
