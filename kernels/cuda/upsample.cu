// Pixel shuffle and the 2x2 mean after it (Aitken et al. 2017 on the shuffle; Sugawara et al. 2018 on the blur against
// its checkerboard). By 2, a thread has a chunk of output channels in a strip of input rows, as in blur.cuh. By 4, it
// has a chunk of one output pixel, and reads its four shuffled pixels value by value: there are few channels, and
// neighbouring threads have brought what they read into the L1 cache.
//
// In planar order, neighbouring output channels are neighbours in the input too, and every access is whole. In
// PyTorch's order a corner's channels are four apart, and a thread reads its neighbours' corners only to drop half of
// them.
#include "kernels/cuda/blur.cuh"
#include "kernels/cuda/operations.h"

namespace colourize::kernels::cuda {
namespace {

template <class Element, int size, ChannelOrder order>
__global__ void __launch_bounds__(block_threads) upsample_kernel(const __grid_constant__ UpsampleArgs args) {
  Place at = own_place<size>(strips_of(args.input.shape));
  if (at.valid <= 0) return;
  at.y *= strip_rows;
  BlurredColumn<Element, size, order> column(args.input, at);
  for (int i = 0; i < strip_rows && at.y < args.input.shape.h; ++i, ++at.y) {
    float pixels[4][size];
    column.next(pixels);
#pragma unroll
    for (int corner = 0; corner < 4; ++corner) {
      const Place to = corner_of(at, corner);
      store_values(element_at<Element>(args.output, to), to.valid, pixels[corner]);
    }
  }
}

template <class Element>
__global__ void __launch_bounds__(block_threads) upsample_by_4_kernel(const __grid_constant__ UpsampleArgs args) {
  constexpr int size = whole_chunk<Element>;
  const Place at = own_place<size>(args.output.shape);
  if (at.valid <= 0) return;
  const int above = at.y > 0 ? at.y - 1 : 0;
  const int before = at.x > 0 ? at.x - 1 : 0;
  // The channels of the shuffled pixel in this row and column, 16 values apart.
  const auto shuffled = [&](int y, int x) {
    const Place from{.n = at.n, .y = y / 4, .x = x / 4, .channel = 16 * at.channel + 4 * (y % 4) + x % 4, .valid = 0};
    return element_at<Element>(args.input, from);
  };
  const Element* pixels[4] = {shuffled(above, before), shuffled(above, at.x), shuffled(at.y, before),
                              shuffled(at.y, at.x)};
  float values[size] = {};
#pragma unroll
  for (int i = 0; i < size; ++i) {
    if (i >= at.valid) break;
#pragma unroll
    for (const Element* pixel : pixels) values[i] += as_float(pixel[16 * i]);
    values[i] *= 0.25F;
  }
  store_values(element_at<Element>(args.output, at), at.valid, values);
}

void compute(const UpsampleArgs& args, const Context& context) {
  if (args.factor == 4) {
    return for_element(args.output.type, [&]<class Element>() {
      launch(upsample_by_4_kernel<Element>, grid_of_chunks<whole_chunk<Element>>(args.output.shape),
             dim3(block_threads), 0, context.stream, args);
    });
  }
  const Shape strips = strips_of(args.input.shape);
  for_order(args.order, [&]<ChannelOrder order>() {
    // In planar order a plane's channels begin at multiples of their number.
    const std::int64_t distance = order == ChannelOrder::planar ? args.output.shape.c : 0;
    for_chunk(args.output.type, {distance}, [&]<class Element, int size>() {
      launch(upsample_kernel<Element, size, order>, grid_of_chunks<size>(strips), dim3(block_threads), 0,
             context.stream, args);
    });
  });
}

}  // namespace

const Implementation<UpsampleArgs> upsample{.compute = compute};

}  // namespace colourize::kernels::cuda
