// The epilogue for one pixel. `values` holds its channels, before and after.
#pragma once

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <numbers>

#include "kernels/epilogue.h"

namespace colourize::kernels::reference {

inline float activate(float value, Activation activation) {
  switch (activation) {
    case Activation::none:
      return value;
    case Activation::relu:
      return std::max(value, 0.0F);
    case Activation::relu6:
      return std::min(std::max(value, 0.0F), 6.0F);
    case Activation::gelu:
      // In double and with erfc: 1 + erf() of a large negative number is 0, so the product could not serve as a
      // reference.
      return static_cast<float>(0.5 * value * std::erfc(-value / std::numbers::sqrt2));
  }
  return value;
}

// residual: this pixel's channels, or null.
inline void apply_epilogue(const Epilogue& epilogue, const float* residual, float* values, std::int64_t channels) {
  for (std::int64_t c = 0; c < channels; ++c) {
    float value = activate(values[c], epilogue.before);
    if (epilogue.affine.scale != nullptr) value = value * epilogue.affine.scale[c] + epilogue.affine.shift[c];
    if (residual != nullptr) value += residual[c];
    values[c] = activate(value, epilogue.after);
  }
}

}  // namespace colourize::kernels::reference
