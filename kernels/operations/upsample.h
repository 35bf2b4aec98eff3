#pragma once

#include <string_view>

#include "kernels/operands.h"
#include "kernels/view.h"

namespace colourize::kernels {

// DeOldify's upsampling after its 1x1 convolution: a pixel shuffle by 2, then a 2x2 mean. The mean replicates the edge
// by one pixel at the top and at the left.
//   s[2i + a, 2j + b, c] = x[i, j, 4c + 2a + b]                       a, b in {0, 1}
//   y[i, j, c] = (s[i-1, j-1] + s[i-1, j] + s[i, j-1] + s[i, j]) / 4  indices below 0 read 0
// x: n x h x w x 4c, y: n x 2h x 2w x c.
struct UpsampleArgs {
  static constexpr std::string_view kind = "upsample";
  static constexpr bool in_place = false;

  ConstView input;
  View output;
  ChannelOrder order = ChannelOrder::interleaved;  // of the input
};

}  // namespace colourize::kernels
