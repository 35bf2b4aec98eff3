#pragma once

#include <string_view>

#include "kernels/view.h"

namespace colourize::kernels {

// A 1x1 convolution whose weights p the network has computed from the picture itself. Groups of channels lie
// interleaved and share the weights.
//   y[i, j, o G + g] = sum over c of x[i, j, c G + g] * p[c O + o]     c in 0..C - 1, o in 0..O - 1, g in 0..G - 1
// x: n x h x w x C G, p: n x 1 x 1 x C O, a set of weights for each picture; y: n x h x w x O G. DDColor's last product
// is one, with G = 16 for the pixels that a shuffle by 4 then makes of each group: the product with its colours and the
// convolution after it, multiplied first, are 256 x 2 weights.
struct ProjectionArgs {
  static constexpr std::string_view kind = "projection";
  static constexpr bool in_place = false;

  ConstView input;    // x
  ConstView weights;  // p
  View output;
  int groups = 1;  // G, at least 1

  // C and O.
  constexpr std::int64_t depth() const { return input.shape.c / groups; }
  constexpr std::int64_t outputs() const { return output.shape.c / groups; }
};

}  // namespace colourize::kernels
