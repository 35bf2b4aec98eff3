// How floating-point samples of a file become 16 bits.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>

#include "system/warnings.h"

namespace colourize::photo {

// Converts samples of which 0 is black. White is 1, or the largest sample where that is above 1, so that
// nothing bright is cut. What is below 0, and what is no number, becomes 0; infinity becomes white. Rounds to the
// nearest; `to` is as long as `from`. `warn` receives how it was done, with the file's `name`.
void to_16_bits(std::span<const float> from, std::span<std::uint16_t> to, const std::string& name, const Warn& warn);

}  // namespace colourize::photo
