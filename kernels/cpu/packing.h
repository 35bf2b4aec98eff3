// Repacks weights from the checkpoint's order into panels, once, before the first run; in parallel, a panel at a time.
#pragma once

#include "kernels/cpu/operations.h"

namespace colourize::kernels::cpu {

// B of one group: row (ky * kernel_w + kx) * channels + c, and a column for each output channel of the group.
Panels gemm_panels(const ConvolutionWeights& weights, const Context& context);
// B of one of the (output_tile + 2)^2 products of a Winograd convolution: in_channels x out_channels.
Panels winograd_panels(const ConvolutionWeights& weights, const Context& context);

// The panels of all groups, one group after another, in the type of the weights.
std::shared_ptr<const Packed> pack_gemm(const ConvolutionWeights& weights, const Context& context);
// kernel_h x kernel_w rows of the channels, each padded to whole vectors.
PackedFloats pack_depthwise(const ConvolutionWeights& weights, const Context& context);

}  // namespace colourize::kernels::cpu
