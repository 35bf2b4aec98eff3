// What the CUDA backend makes of a convolution's weights.
#pragma once

#include <memory>
#include <string>
#include <utility>

#include "kernels/cuda/choice.h"
#include "kernels/cuda/packing.h"
#include "kernels/cuda/runtime.h"
#include "kernels/operations/convolution.h"

namespace colourize::kernels::cuda {

struct Packed final : PackedWeights {
  DeviceMemory weights;
  DeviceMemory bias;  // empty: none
};

struct Convolution final : PreparedConvolution {
  Convolution(const ConvolutionWeights& given, Choice chosen, ChannelOrder order)
      : weights(given), choice(std::move(chosen)), order(order), packing(weights, choice, order) {}

  AlgorithmFacts facts() const override {
    return {choice.name(), choice.reason, choice.multiplications, packing.bytes()};
  }
  // The algorithm and the padding alone: tiles of several sizes may share a layout, and so may any split-K.
  std::string layout() const override {
    return std::to_string(static_cast<int>(choice.algorithm)) + (order == ChannelOrder::planar ? " planar " : " ") +
           std::to_string(packing.rows()) + " x " + std::to_string(packing.row_bytes()) + " by " +
           std::to_string(packing.run());
  }
  void use(const float* /*weight*/, std::shared_ptr<const PackedWeights> given) override {
    packed = std::dynamic_pointer_cast<const Packed>(given);
  }

  ConvolutionWeights weights;  // their shape; the numbers are in `packed`
  Choice choice;
  ChannelOrder order;
  Packing packing;
  std::shared_ptr<const Packed> packed;
};

}  // namespace colourize::kernels::cuda
