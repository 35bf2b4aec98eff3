// Which kernel computes a convolution, with which tile, and in how many parts: a model of a GPU's time, picked once a layer and
// shape. It is a model; nothing here was measured.
#pragma once

#include <cstdint>
#include <string>

#include "kernels/ops.h"

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

// `args` has the final shapes; its type says which kernels there are.
Choice choose(const ConvolutionWeights& weights, const ConvolutionArgs& args, int multiprocessors);

}  // namespace colourize::kernels::cuda
