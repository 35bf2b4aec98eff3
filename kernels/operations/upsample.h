#pragma once

#include <string_view>

#include "kernels/operands.h"
#include "kernels/view.h"

namespace colourize::kernels {

// DeOldify's and DDColor's upsampling after a 1x1 convolution: a pixel shuffle by r, then a 2x2 mean. The mean
// replicates the edge by one pixel at the top and at the left.
//   s[r i + a, r j + b, c] = x[i, j, c r^2 + r a + b]                 a, b in 0..r - 1
//   y[i, j, c] = (s[i-1, j-1] + s[i-1, j] + s[i, j-1] + s[i, j]) / 4  indices below 0 read 0
// x: n x h x w x r^2 c, y: n x r h x r w x c.
struct UpsampleArgs {
  static constexpr std::string_view kind = "upsample";
  static constexpr bool in_place = false;

  ConstView input;
  View output;
  ChannelOrder order = ChannelOrder::interleaved;  // of the input; planar only where r is 2
  int factor = 2;                                  // r: 2 or 4
};

}  // namespace colourize::kernels
