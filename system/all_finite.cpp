#include "system/all_finite.h"

#include <bit>

namespace colourize {

// All exponent bits set: infinity or NaN. Integer arithmetic, which vectorises and no -ffast-math can optimise away.
bool all_finite(std::span<const float> values) {
  constexpr std::uint32_t exponent = 0x7F80'0000;
  bool all = true;
  for (const float value : values) all &= (std::bit_cast<std::uint32_t>(value) & exponent) != exponent;
  return all;
}

bool all_finite(std::span<const std::uint16_t> halves) {
  constexpr std::uint16_t exponent = 0x7C00;
  bool all = true;
  for (const std::uint16_t half : halves) all &= (half & exponent) != exponent;
  return all;
}

}  // namespace colourize
