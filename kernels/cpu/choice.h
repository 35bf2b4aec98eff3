// Which algorithm computes a convolution fastest: a model of its arithmetic and of the bytes it moves. Nothing is
// measured, so that the same shapes give the same choice, and the same bytes, on every run.
#pragma once

#include <string>

#include "kernels/cpu/operations.h"

namespace colourize::kernels::cpu {

struct Choice {
  Algorithm algorithm = Algorithm::implicit_gemm;
  std::string reason;  // for people: what the model expects of this algorithm and of the next best
};

// Whether the algorithm can compute this convolution at all.
bool applies(Algorithm algorithm, const ConvolutionWeights& weights, const ConvolutionArgs& args);

Choice choose(const ConvolutionWeights& weights, const ConvolutionArgs& args, const Context& context);

// Multiplications that it really does; edges and padding of tiles included.
double multiplications(Algorithm algorithm, const ConvolutionWeights& weights, const Shape& output,
                       const Context& context);

}  // namespace colourize::kernels::cpu
