// The DeOldify generators (Antic 2018): a ResNet encoder, a bridge, four up blocks with skips and self-attention, and a
// residual block on the full-size picture. `wide` (films, portraits, landscapes) has one 3x3 convolution an up block,
// `deep` (most vivid) two; all widths come from the weights.
#pragma once

#include "engine/generators/layers.h"

namespace colourize::generators {

enum class UpBlockDepth : std::uint8_t {
  wide,  // one convolution, "conv"
  deep,  // two, "conv1" and "conv2"
};

// Image: N x S x S x 3, ImageNet-normalised, S a multiple of 16. Result: the same shape and normalisation, in colour,
// within -3..3.
Value unet(Layers& layers, Value image, UpBlockDepth depth);

}  // namespace colourize::generators
