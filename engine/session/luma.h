// A picture's luma, in the form in which its owner stores it.
#pragma once

#include <memory>

#include "kernels/pictures.h"

namespace colourize::session {

struct Luma {
  // 1 channel, which is luma, or 3: red, green and blue, from which luma is computed. 8 to 16 bits; rows may have gaps.
  kernels::ConstSamples samples;
  kernels::LumaLevels levels;         // the samples' values for black and white
  kernels::Tone tone;                 // how luma is stretched for the generator
  int quarter_turns = 0;              // to the right, 0 to 3, that make the picture upright
  std::shared_ptr<const void> owner;  // keeps the samples alive until the picture is coloured; may be null
};

}  // namespace colourize::session
