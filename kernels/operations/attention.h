#pragma once

#include <string_view>

#include "kernels/operands.h"
#include "kernels/view.h"

namespace colourize::kernels {

// Multi-head attention (Vaswani et al. 2017, "Attention Is All You Need"), without its projections. A head has d = c /
// heads neighbouring channels. With i over the positions of query and j over those of key, in each picture and head:
//   b[i, j] = softmax over j, the KEY index, of (q_i . k_j) / sqrt(d)
//   y_i = sum over j of b[i, j] v_j
// query, y: n x hq x wq x c; key, value: n x h x w x c. c is a multiple of `heads`, which is at least 1. y may not be
// one of the inputs. Infinite products give NaN.
struct AttentionArgs {
  static constexpr std::string_view kind = "attention";
  static constexpr bool in_place = false;

  ConstView query;
  ConstView key;
  ConstView value;
  View output;
  int heads = 1;
  Workspace workspace;
};

}  // namespace colourize::kernels
