// The encoder of the built-in generator: EfficientNet-Lite0 (Tan and Le 2019; the Lite variant has ReLU6 and no
// squeeze-and-excitation). Its batch norms are folded, and its input is luma.
#pragma once

#include "engine/generators/layers.h"

namespace colourize::generators {

struct EfficientnetFeatures {
  Value at_4, at_8, at_16, at_32;  // at S/4, S/8, S/16 and S/32
};

// luma: N x S x S x 1, where S is a multiple of 32. `name` is the prefix of the encoder's tensors.
EfficientnetFeatures efficientnet_lite(Layers& layers, const std::string& name, Value luma);

}  // namespace colourize::generators
