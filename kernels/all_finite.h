// A look at many weights at once.
#pragma once

#include <span>

#include "kernels/thread_pool.h"

namespace colourize::kernels {

// Whether none of them is NaN or infinity.
bool all_finite(std::span<const float> values, ThreadPool& pool);

}  // namespace colourize::kernels
