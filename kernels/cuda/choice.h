// Which kernel computes a convolution, with which tile, and in how many parts: picked once a layer and shape, by a
// model of a GPU's time. It is a model; nothing here was measured.
#pragma once

#include <cstdint>
#include <string>

#include "kernels/operations/convolution.h"

namespace colourize::kernels::cuda {

enum class Algorithm : std::uint8_t {
  tensor_cores,   // convolution.cu
  multiply_adds,  // convolution_float32.cu
  depthwise,      // depthwise.cu
  direct,         // direct.cu
};

struct Choice {
  Algorithm algorithm = Algorithm::direct;
  int tile = 0;    // of half_tiles
  int splits = 1;  // of the sum
  std::string reason;
  double multiplications = 0;  // padding included

  std::string name() const;  // "implicit GEMM 128 x 64, sum in 4 parts"
};

// What the model knows of a GPU. The defaults are what every one of compute capability 8.0 or newer has at least.
struct Gpu {
  int multiprocessors = 1;
  double multiplications_per_cycle = 1024;  // of a multiprocessor's tensor cores, in float16 with float32 sums
  int shared_bytes = 100 << 10;             // of a multiprocessor
};

// What the model says of a convolution on tensor cores.
struct Estimate {
  std::int64_t tiles = 0;   // of the output
  int resident_blocks = 0;  // that one multiprocessor holds at once
  double waves = 0;         // blocks, over as many as the GPU holds at once
  double cycles = 0;
  double tensor_share = 0;  // of what its tensor cores could do in these cycles: multiplications without padding
};
Estimate estimate(const ConvolutionWeights& weights, const Shape& output, int tile, int splits, const Gpu& gpu);

// `args` has the final shapes; its type says which kernels there are.
Choice choose(const ConvolutionWeights& weights, const ConvolutionArgs& args, int multiprocessors);

}  // namespace colourize::kernels::cuda
