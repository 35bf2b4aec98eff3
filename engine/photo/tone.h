// A faded photo's luma as its generator should see it.
#pragma once

#include "engine/photo/photo.h"
#include "kernels/pictures.h"

namespace colourize::photo {

// Stretches the range of a photo's luma, from the half per cent that is darkest to the half per cent that is brightest,
// to `least_range` where it is smaller, but to three times its own at most: in a picture that is almost even, the rest
// would be noise. What room there is below and above is used in proportion, so that the result stays within 0 to 255,
// specks aside. No change where the range is large enough, or least_range is 0.
//
// Only the generator sees it. Outside of the range that it was trained on it gives paler and wrong colours: of 58 free
// photographs faded to a range of 60 the mean CIEDE2000 is 14.4 without, 13.1 with it, and 13.0 before they were faded.
kernels::Tone stretched_tone(const Photo& photo, float least_range);

}  // namespace colourize::photo
