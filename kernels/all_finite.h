// Checks many weights for NaN and infinity.
#pragma once

#include <span>

#include "kernels/thread_pool.h"

namespace colourize::kernels {

// True where no value is NaN or infinity.
bool all_finite(std::span<const float> values, ThreadPool& pool);

}  // namespace colourize::kernels
