// Chooses the kernel for a convolution, its tile, and its split-K: once for each layer and shape, with a model of a
// GPU's time. It is only a model; nothing here was measured.
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
  int tile = 0;    // row of half_tiles
  int splits = 1;  // split-K: blocks that share the sum over K
  std::string reason;
  double multiplications = 0;  // padding included

  std::string name() const;  // "implicit GEMM 128 x 64, sum in 4 parts"
};

// What the model knows of a GPU. Every GPU of compute capability 8.0 or newer has at least the default values.
struct Gpu {
  int multiprocessors = 1;
  double multiplications_per_cycle = 1024;  // of a multiprocessor's tensor cores, in float16 with float32 accumulators
  int shared_bytes = 100 << 10;             // of a multiprocessor
};

// What the model expects of a convolution on tensor cores.
struct Estimate {
  std::int64_t tiles = 0;   // of the output
  int resident_blocks = 0;  // blocks that one multiprocessor holds at once
  double waves = 0;         // blocks, divided by as many as the GPU holds at once
  double cycles = 0;
  // Multiplications without padding, divided by those that its tensor cores could do in these cycles.
  double tensor_share = 0;
};
Estimate estimate(const ConvolutionWeights& weights, const Shape& output, int tile, int splits, const Gpu& gpu);

// `args` has the final shapes; its type decides which kernels are possible.
Choice choose(const ConvolutionWeights& weights, const ConvolutionArgs& args, int multiprocessors);

}  // namespace colourize::kernels::cuda
