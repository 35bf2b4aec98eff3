// A 1x1 convolution whose weights the network has computed. Its groups lie interleaved and share the weights.
//
// A thread owns one output of a chunk of neighbouring groups of a pixel: it walks over the channels, which are `groups`
// values apart, and adds up in float32, in their order. With 16 groups in float16, two neighbouring threads read one
// sector of 32 bytes, and those of the pixel's other outputs read it in the same instruction.
#include "kernels/cuda/element.cuh"
#include "kernels/cuda/operations.h"

namespace colourize::kernels::cuda {
namespace {

template <class Element, int size>
__global__ void __launch_bounds__(block_threads) projection_kernel(const __grid_constant__ ProjectionArgs args) {
  const Place at = own_place<size>(args.output.shape);
  if (at.valid <= 0) return;
  const auto groups = static_cast<unsigned>(args.groups);
  const int depth = static_cast<int>(static_cast<unsigned>(args.input.shape.c) / groups);
  const int outputs = static_cast<int>(static_cast<unsigned>(args.output.shape.c) / groups);
  // A chunk is of one output, because its size divides the groups.
  const int output = static_cast<int>(static_cast<unsigned>(at.channel) / groups);
  Place first = at;
  first.channel = at.channel - output * args.groups;
  const Element* from = element_at<Element>(args.input, first);
  const Element* weight = element_at<Element>(args.weights, {.n = at.n, .y = 0, .x = 0, .channel = output, .valid = 1});
  float sums[size] = {};
#pragma unroll 4
  for (int c = 0; c < depth; ++c) {
    const auto values = load_chunk<Element, size>(from, size);
    const float factor = as_float(*weight);
#pragma unroll
    for (int i = 0; i < size; ++i) sums[i] += values[i] * factor;
    from += args.groups;
    weight += outputs;
  }
  store_values(element_at<Element>(args.output, at), size, sums);
}

void compute(const ProjectionArgs& args, const Context& context) {
  for_chunk(args.output.type, {args.groups}, [&]<class Element, int size>() {
    launch(projection_kernel<Element, size>, grid_of_chunks<size>(args.output.shape), dim3(block_threads), 0,
           context.stream, args);
  });
}

}  // namespace

const Implementation<ProjectionArgs> projection{.compute = compute};

}  // namespace colourize::kernels::cuda
