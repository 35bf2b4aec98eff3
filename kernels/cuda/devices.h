// The CUDA backend's entries in the table: the first GPU as "cuda", and each by its number where there are several. A
// build without CUDA has none (absent.cpp).
//
// Activations are float16, sums and whatever is not a product of two activations or an activation and a weight float32;
// Precision::float32 keeps all of it in float32, without tensor cores, for comparison.
#pragma once

#include <vector>

#include "kernels/backend.h"

namespace colourize::kernels::cuda {

std::vector<BackendEntry> entries();

}  // namespace colourize::kernels::cuda
