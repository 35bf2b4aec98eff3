#pragma once

#include <array>
#include <string_view>

#include "kernels/epilogue.h"
#include "kernels/operands.h"
#include "kernels/view.h"

namespace colourize::kernels {

// Puts the channels of both inputs side by side, `first` before `second`: each goes through its affine, and all go
// through the activation. Both inputs have the output's n, h and w; their channel counts add up to the output's.
// `first` may be upsampled on its way (upsample.h); it then has half the rows and columns and four times the channels.
struct ConcatenateArgs {
  static constexpr std::string_view kind = "concatenate";
  static constexpr bool in_place = false;

  std::array<ConstView, 2> inputs;
  std::array<Affine, 2> affines;
  Activation activation = Activation::none;
  View output;
  bool upsample_first = false;
  ChannelOrder order = ChannelOrder::interleaved;  // of the first input, where it is upsampled
};

}  // namespace colourize::kernels
