#pragma once

#include <string_view>

#include "kernels/epilogue.h"
#include "kernels/view.h"

namespace colourize::kernels {

// y = epilogue(x), for an epilogue that fusion could not join to another step. x and y have the same shape; y may be x.
struct PointwiseArgs {
  static constexpr std::string_view kind = "pointwise";
  static constexpr bool in_place = true;

  ConstView input;
  View output;
  Epilogue epilogue;
};

}  // namespace colourize::kernels
