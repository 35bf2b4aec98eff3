#pragma once

#include <string_view>

#include "kernels/view.h"

namespace colourize::kernels {

// y[i, j] = x[floor(i * h_in / h_out), floor(j * w_in / w_out)], with the quotients in float32, as in PyTorch's
// "nearest".
struct ResizeNearestArgs {
  static constexpr std::string_view kind = "resize nearest";
  static constexpr bool in_place = false;

  ConstView input;
  View output;
};

}  // namespace colourize::kernels
