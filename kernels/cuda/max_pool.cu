// The largest value of each window, with a thread for each chunk of an output pixel. Windows overlap: what a warp's
// neighbours have read already comes from the L1 cache.
#include "kernels/cuda/element.cuh"
#include "kernels/cuda/operations.h"

namespace colourize::kernels::cuda {
namespace {

// PyTorch's: a NaN in the window is its maximum. fmaxf would drop it.
__device__ inline float larger(float a, float b) {
  return b > a || b != b ? b : a;
}

template <class Element>
__global__ void __launch_bounds__(block_threads) max_pool_kernel(const __grid_constant__ MaxPoolArgs args) {
  constexpr int size = whole_chunk<Element>;
  const Place at = own_place<size>(args.output.shape);
  if (at.valid <= 0) return;
  float largest[size];
#pragma unroll
  for (int i = 0; i < size; ++i) largest[i] = -INFINITY;
  Place from = at;
  for (int ky = 0; ky < args.kernel; ++ky) {
    from.y = at.y * args.stride - args.padding.top + ky;
    if (from.y < 0 || from.y >= args.input.shape.h) continue;
    for (int kx = 0; kx < args.kernel; ++kx) {
      from.x = at.x * args.stride - args.padding.left + kx;
      if (from.x < 0 || from.x >= args.input.shape.w) continue;
      const auto chunk = load_chunk<Element, size>(element_at<Element>(args.input, from), at.valid);
#pragma unroll
      for (int i = 0; i < size; ++i) largest[i] = larger(largest[i], chunk[i]);
    }
  }
  store_values(element_at<Element>(args.output, at), at.valid, largest);
}

void compute(const MaxPoolArgs& args, const Context& context) {
  for_element(args.output.type, [&]<class Element>() {
    launch(max_pool_kernel<Element>, grid_of_chunks<whole_chunk<Element>>(args.output.shape), dim3(block_threads), 0,
           context.stream, args);
  });
}

}  // namespace

const Implementation<MaxPoolArgs> max_pool{.compute = compute};

}  // namespace colourize::kernels::cuda
