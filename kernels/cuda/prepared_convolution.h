// What the CUDA backend makes of a convolution's weights.
#pragma once

#include <utility>

#include "kernels/cuda/choice.h"
#include "kernels/cuda/packing.h"
#include "kernels/cuda/runtime.h"
#include "kernels/operations/convolution.h"

namespace colourize::kernels::cuda {

struct Convolution final : PreparedConvolution {
  Convolution(const ConvolutionWeights& given, Choice chosen, ChannelOrder order)
      : weights(given), choice(std::move(chosen)), packing(weights, choice, order) {}

  AlgorithmFacts facts() const override {
    return {choice.name(), choice.reason, choice.multiplications, packing.bytes()};
  }

  ConvolutionWeights weights;
  Choice choice;
  Packing packing;
  DeviceMemory packed;
  DeviceMemory bias;
};

}  // namespace colourize::kernels::cuda
