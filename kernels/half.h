// IEEE binary16 as float32.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

namespace colourize::kernels {

// The same numbers: every one has a float32 of its own.
std::vector<float> widened(std::span<const std::uint16_t> halves);

}  // namespace colourize::kernels
