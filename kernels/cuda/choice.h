// Chooses the kernel for a convolution, its tile, and its split-K: once for each layer and shape, with a model of a
// GPU's time. What the model knows of the tiles was measured on an H200 (bench/results/); other GPUs differ from it by
// the rate of their tensor cores.
#pragma once

#include <cstdint>
#include <string>

#include "kernels/operations/convolution.h"

namespace colourize::kernels::cuda {

enum class Algorithm : std::uint8_t {
  tensor_cores,   // convolution.cu, convolution_wgmma.cu
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
  int shared_bytes = 100 << 10;  // of a multiprocessor
  int capability = 80;           // compute capability, times ten

  // Multiplications a cycle of a multiprocessor's tensor cores, in float16 with float32 accumulators, by mma.sync.
  double tensor_rate() const;
  // Whether it has wgmma, which compute capability 9.0 alone has.
  bool has_wgmma() const { return capability == 90; }
};
// Asks the CUDA runtime. Throws Error where there is no such device.
Gpu gpu_of(int device);

// What the model expects of a convolution on tensor cores.
struct Estimate {
  std::int64_t tiles = 0;   // of the output
  int resident_blocks = 0;  // blocks that one multiprocessor holds at once; 0: it holds none
  double waves = 0;         // blocks, divided by as many as the GPU holds at once
  double cycles = 0;
  // Multiplications without padding, divided by those that mma.sync could do in these cycles.
  double tensor_share = 0;
};
Estimate estimate(const ConvolutionWeights& weights, const Shape& output, int tile, int splits, const Gpu& gpu);

// `args` has the final shapes; its type decides which kernels are possible.
Choice choose(const ConvolutionWeights& weights, const ConvolutionArgs& args, const Gpu& gpu);

}  // namespace colourize::kernels::cuda
