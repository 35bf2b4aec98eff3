// Whether two pictures show the same thing at the same place, as luma tells.
#pragma once

#include "engine/photo/resample.h"

namespace colourize::film {

// For each pixel 1 where the luma of `before`, already carried along the motion, is that of `now`, falling to 0 where it
// cannot be the same thing. Old films flicker, and not everywhere alike: `before` first gets the exposure of `now`, a gain
// that is the median of its neighbourhood's, so that what moved does not count. They are grainy too: what half of the
// pixels differ by is no difference.
//
// Planes of one size, 0 to 255, a quarter of what the generator saw or thereabouts: there, grain is a few levels.
photo::Plane luma_match(photo::Plane before, const photo::Plane& now);

}  // namespace colourize::film
