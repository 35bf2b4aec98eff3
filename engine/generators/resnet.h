// The encoder of the DeOldify generators: a ResNet (He et al. 2015) without its classifier, with batch norms folded
// into the convolutions. Names and strides are torchvision's: in a bottleneck the 3x3 convolution has the stride.
#pragma once

#include <array>
#include <string>

#include "engine/generators/layers.h"

namespace colourize::generators {

struct ResnetFeatures {
  // After the first ReLU (S/2) and after stages 1, 2, 3 (S/4, S/8, S/16).
  std::array<Value, 4> skips;
  Value top;  // after stage 4, S/32 rounded up
};

// ResNet-18, 34, 50, 101 or 152, by the number and kind of blocks in the weights. `name` is the prefix of the encoder's
// tensors.
ResnetFeatures resnet(Layers& layers, const std::string& name, Value image);

}  // namespace colourize::generators
