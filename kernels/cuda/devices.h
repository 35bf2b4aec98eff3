// The CUDA backend's rows in the table: the first GPU as "cuda", and each GPU by its number where there are several. A
// build without CUDA has none (absent.cpp).
//
// Activations are float16. Accumulators, and everything that is not a product of two activations or of an activation
// and a weight, are float32. Precision::float32 keeps all of it in float32, without tensor cores, for comparison.
#pragma once

#include <vector>

#include "kernels/backend.h"

namespace colourize::kernels::cuda {

std::vector<BackendEntry> entries();

}  // namespace colourize::kernels::cuda
