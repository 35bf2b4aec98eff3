// Compares the luma of two pictures: do they show the same thing at the same place?
#pragma once

#include "kernels/plane.h"

namespace colourize::film {

// Returns for each pixel how many past frames its luma supports. `before` is the earlier luma, already carried along
// the motion. Where it equals `now`, the number is in the thousands. Elsewhere it is 4 m / (1 - m), where m falls from
// 1 to 0 as the two differ in a neighbourhood of 3 x 3.
//
// Old films flicker, and not everywhere alike. So `before` first gets the exposure of `now`: a gain that is the median
// over a sixteenth of the picture, so that what moved does not count. Old films are grainy too, so a difference near
// the median of all pixels counts for little.
//
// Planes have one size, about a quarter of what the generator saw, and values of 0 to 255. At that size grain is a few
// levels.
kernels::Plane frames_vouched_for(kernels::Plane before, const kernels::Plane& now);

}  // namespace colourize::film
