#pragma once

#include <string_view>

#include "kernels/view.h"

namespace colourize::kernels {

// y[i, j] = x[floor(i * h_in / h_out), floor(j * w_in / w_out)], the quotients in float32 as PyTorch's "nearest" has
// them.
struct ResizeNearestArgs {
  static constexpr std::string_view kind = "resize nearest";
  static constexpr bool in_place = false;

  ConstView input;
  View output;
};

}  // namespace colourize::kernels
