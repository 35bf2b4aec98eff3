#pragma once

#include <string_view>

#include "kernels/operands.h"
#include "kernels/view.h"

namespace colourize::kernels {

// Self-attention over the h * w positions of each picture (Zhang et al. 2019, SAGAN), softmax over the QUERY index:
//   b[i, j] = softmax over i of (q_i . k_j)   no scaling
//   y_j = gamma * sum over i of b[i, j] v_i + x_j
// query, key: n x h x w x d; value, x, y: n x h x w x c. y may not be x.
struct SelfAttentionArgs {
  static constexpr std::string_view kind = "self-attention";
  static constexpr bool in_place = false;

  ConstView query;
  ConstView key;
  ConstView value;
  ConstView input;
  View output;
  float gamma = 0;
  Workspace workspace;
};

}  // namespace colourize::kernels
