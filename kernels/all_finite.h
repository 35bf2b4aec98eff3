// Checks many weights for NaN and infinity.
#pragma once

#include <cstdint>
#include <span>

#include "kernels/thread_pool.h"

namespace colourize::kernels {

// True where no value is NaN or infinity.
bool all_finite(std::span<const float> values, ThreadPool& pool);
// The same of IEEE binary16.
bool all_finite(std::span<const std::uint16_t> halves, ThreadPool& pool);

}  // namespace colourize::kernels
