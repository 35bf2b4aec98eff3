#pragma once

#include <string_view>

#include "kernels/operands.h"
#include "kernels/view.h"

namespace colourize::kernels {

// y[i, j, c] = the largest value in the window, without what lies outside x. The size is as for a convolution.
struct MaxPoolArgs {
  static constexpr std::string_view kind = "max pool";
  static constexpr bool in_place = false;

  ConstView input;
  View output;
  int kernel = 3;
  int stride = 2;
  Padding padding;
};

}  // namespace colourize::kernels
