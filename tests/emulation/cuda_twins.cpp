// Apart from the header, which is compiled with the kernels: what is written here is none of their memory.
#include "tests/emulation/cuda_twins.h"

#include <span>

float __shfl_xor_sync(unsigned mask, float value, int bits, std::source_location where) {  // NOLINT: CUDA's name
  using colourize::emulation::warp_lanes;
  if (mask != ~0U) {
    throw colourize::emulation::Failure("a shuffle of some lanes only, " + colourize::emulation::place(where));
  }
  struct Lane {
    float value;
    int bits;
  };
  return colourize::emulation::meet<float, Lane>(
      "__shfl_xor_sync", Lane{value, bits},
      +[](std::span<const Lane, warp_lanes> lanes, std::span<float, warp_lanes> result) {
        for (std::size_t i = 0; i < warp_lanes; ++i) {
          result[i] = lanes[i ^ static_cast<std::size_t>(lanes[i].bits)].value;
        }
      },
      where);
}
