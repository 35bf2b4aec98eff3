// Pixel shuffle by 2 and the 2x2 mean after it (Aitken et al. 2017 on the shuffle; Sugawara et al. 2018 on the blur
// against its checkerboard). A thread has a chunk of output channels in a strip of input rows, as in blur.cuh.
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

void compute(const UpsampleArgs& args, const Context& context) {
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
