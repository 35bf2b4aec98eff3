#pragma once

#include <string_view>

#include "kernels/view.h"

namespace colourize::kernels {

// y[i, j, :] = softmax(x[i, j, :] / temperature), over the channels. x and y have the same shape; y may be x.
struct SoftmaxArgs {
  static constexpr std::string_view kind = "softmax";
  static constexpr bool in_place = true;

  ConstView input;
  View output;
  float temperature = 1;
};

}  // namespace colourize::kernels
