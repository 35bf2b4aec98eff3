// The built-in generator: small, fast on a CPU. An EfficientNet-Lite0 encoder, up blocks as in the DeOldify generators,
// and a head that weighs chroma swatches (after Zhang et al. 2016).
#pragma once

#include "engine/generators/layers.h"

namespace colourize::generators {

// Luma: N x S x S x 1, (Y - 127) / 128 of the 8-bit luma, S a multiple of 32. Result: N x S/4 x S/4 x 2, Cb and Cr
// (BT.601, full range), each minus 128, over 255. `swatches`: a 1x1 convolution's weights, 2 x swatches, for the mean
// of the swatches.
Value lite(Layers& layers, Value luma, std::span<const float> swatches, float temperature);

}  // namespace colourize::generators
