#pragma once

#include <string_view>

#include "kernels/view.h"

namespace colourize::kernels {

// y = low + (high - low) * sigmoid(x). x and y have the same shape; y may be x.
struct SigmoidRangeArgs {
  static constexpr std::string_view kind = "sigmoid range";
  static constexpr bool in_place = true;

  ConstView input;
  View output;
  float low = 0;
  float high = 1;
};

}  // namespace colourize::kernels
