// A picture's luma as whoever has the picture stores it.
#pragma once

#include <memory>

#include "kernels/pictures.h"

namespace colourize::session {

struct Luma {
  // Of 1 channel, or red, green and blue, of which luma is made. 8 to 16 bits; rows may have gaps.
  kernels::ConstSamples samples;
  kernels::LumaLevels levels;         // of samples that are black and white
  kernels::Tone tone;                 // how the generator is to see it
  int quarter_turns = 0;              // to the right, 0 to 3, until the picture stands upright
  std::shared_ptr<const void> owner;  // of the samples, where they may be let go of before the picture is coloured
};

}  // namespace colourize::session
