// Chooses the fastest algorithm for a convolution, with a model of its arithmetic and of the bytes that it moves; one
// that is a little slower where that saves much memory. It measures nothing, so the same shapes give the same choice,
// and the same bytes, in every run.
#pragma once

#include <string>

#include "kernels/cpu/operations.h"

namespace colourize::kernels::cpu {

struct Choice {
  Algorithm algorithm = Algorithm::implicit_gemm;
  std::string reason;  // for people: what the model expects of this algorithm and of the next best
};

// True where the algorithm can compute this convolution.
bool applies(Algorithm algorithm, const ConvolutionWeights& weights, const ConvolutionArgs& args);

Choice choose(const ConvolutionWeights& weights, const ConvolutionArgs& args, const Context& context);

// The multiplications that it does, including edges and padding of tiles.
double multiplications(Algorithm algorithm, const ConvolutionWeights& weights, const Shape& output,
                       const Context& context);

}  // namespace colourize::kernels::cpu
