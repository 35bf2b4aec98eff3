// A look at many numbers at once.
#pragma once

#include <span>

namespace colourize {

// Whether none of them is NaN or infinity.
bool all_finite(std::span<const float> values);

}  // namespace colourize
