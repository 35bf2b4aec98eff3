// Checks many numbers for NaN and infinity.
#pragma once

#include <cstdint>
#include <span>

namespace colourize {

// True where no value is NaN or infinity.
bool all_finite(std::span<const float> values);
// The same of IEEE binary16.
bool all_finite(std::span<const std::uint16_t> halves);

}  // namespace colourize
