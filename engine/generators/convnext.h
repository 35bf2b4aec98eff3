// ConvNeXt (Liu et al. 2022), an encoder. Depths and widths come from the weights: the published ones are T (tiny: 3,
// 3, 9, 3 blocks of 96 to 768 channels) and L (large: 3, 3, 27, 3 blocks of 192 to 1536).
//
// The converter has folded each norm's scale and shift, and each block's layer scale, into the layer that follows or
// precedes. What is left of a norm is to standardise: (x - mean) / sqrt(variance + 1e-6), over a pixel's channels.
#pragma once

#include <array>
#include <string>

#include "engine/generators/layers.h"

namespace colourize::generators {

// Image: N x S x S x 1, S a multiple of 32. Returns the ends of the four stages, standardised: at 1/4, 1/8, 1/16 and
// 1/32 of the size.
std::array<Value, 4> convnext(Layers& layers, const std::string& name, Value image);

}  // namespace colourize::generators
