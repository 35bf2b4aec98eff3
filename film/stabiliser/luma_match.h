// Whether two pictures show the same thing at the same place, as luma tells.
#pragma once

#include "kernels/plane.h"

namespace colourize::film {

// For each pixel, how many frames of the past its luma vouches for: thousands where that of `before`, already carried
// along the motion, is that of `now`; 4 m / (1 - m), m falling from 1 to 0 as the two differ in a neighbourhood of 3
// x 3. Old films flicker, and not everywhere alike: `before` first gets the exposure of `now`, a gain that is the
// median of a sixteenth of the picture, so that what moved does not count. They are grainy too: what half of the pixels
// differ by is no difference.
//
// Planes of one size, 0 to 255, a quarter of what the generator saw or thereabouts: there, grain is a few levels.
kernels::Plane frames_vouched_for(kernels::Plane before, const kernels::Plane& now);

}  // namespace colourize::film
