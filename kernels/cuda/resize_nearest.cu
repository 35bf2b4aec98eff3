// Nearest resize with PyTorch's rounding of the source index: a thread a chunk.
#include "kernels/cuda/element.cuh"
#include "kernels/cuda/operations.h"

namespace colourize::kernels::cuda {
namespace {

// The quotients of the sides, which the host divides once.
struct Scales {
  float y;
  float x;
};

__device__ inline int source_index(int index, float scale, std::int64_t size) {
  const int source = static_cast<int>(floorf(static_cast<float>(index) * scale));
  const int last = static_cast<int>(size) - 1;
  return source < last ? source : last;
}

template <class Element>
__global__ void __launch_bounds__(block_threads)
    resize_nearest_kernel(const __grid_constant__ ResizeNearestArgs args, const Scales scales) {
  constexpr int size = whole_chunk<Element>;
  const Place at = own_place<size>(args.output.shape);
  if (at.valid <= 0) return;
  Place source = at;
  source.y = source_index(at.y, scales.y, args.input.shape.h);
  source.x = source_index(at.x, scales.x, args.input.shape.w);
  float values[size];
  load_values(element_at<Element>(args.input, source), at.valid, values);
  store_values(element_at<Element>(args.output, at), at.valid, values);
}

void compute(const ResizeNearestArgs& args, const Context& context) {
  const Shape& in = args.input.shape;
  const Shape& out = args.output.shape;
  const Scales scales{.y = static_cast<float>(in.h) / static_cast<float>(out.h),
                      .x = static_cast<float>(in.w) / static_cast<float>(out.w)};
  for_element(args.output.type, [&]<class Element>() {
    launch(resize_nearest_kernel<Element>, grid_of_chunks<whole_chunk<Element>>(out), dim3(block_threads), 0,
           context.stream, args, scales);
  });
}

}  // namespace

const Implementation<ResizeNearestArgs> resize_nearest{.compute = compute};

}  // namespace colourize::kernels::cuda
