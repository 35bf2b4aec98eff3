#pragma once

#include <string_view>

#include "kernels/epilogue.h"
#include "kernels/view.h"

namespace colourize::kernels {

// y = epilogue(x): what is left of an epilogue where there was nothing to fuse it with. Same shape; y may be x.
struct PointwiseArgs {
  static constexpr std::string_view kind = "pointwise";
  static constexpr bool in_place = true;

  ConstView input;
  View output;
  Epilogue epilogue;
};

}  // namespace colourize::kernels
