// The twin of the self-attention kernel.
#pragma once

#include <driver_types.h>

#include "kernels/operations/self_attention.h"

namespace colourize::kernels::cuda {

// In float32 with plain arithmetic, for comparison.
void self_attention_float32(const SelfAttentionArgs& args, cudaStream_t stream);

}  // namespace colourize::kernels::cuda
