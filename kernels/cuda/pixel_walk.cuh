// Operations over the channels of each pixel. Each warp has a pixel, and each lane has every 32nd chunk of its
// channels. Any number of channels is possible, because none are kept.
#pragma once

#include "kernels/cuda/element.cuh"
#include "kernels/cuda/warp.cuh"

namespace colourize::kernels::cuda {

constexpr int block_warps = block_threads / warp_lanes;

// This lane's first chunk of its warp's pixel. Beyond the last pixel, `n` is the shape's.
template <class Element>
__device__ inline Place own_lane_of_pixel(const Shape& shape) {
  const int warp = static_cast<int>(threadIdx.x) / warp_lanes;
  const int lane = static_cast<int>(threadIdx.x) % warp_lanes;
  return place_of(shape, static_cast<int>(blockIdx.x) * block_warps + warp, lane * whole_chunk<Element>);
}

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

// One block for every block_warps pixels.
inline dim3 grid_of_pixels(const Shape& shape) {
  return dim3(static_cast<unsigned>((shape.pixels() + block_warps - 1) / block_warps));
}

}  // namespace colourize::kernels::cuda
