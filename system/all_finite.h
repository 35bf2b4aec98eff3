// Checks many numbers for NaN and infinity.
#pragma once

#include <span>

namespace colourize {

// True where no value is NaN or infinity.
bool all_finite(std::span<const float> values);

}  // namespace colourize
