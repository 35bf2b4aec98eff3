// Stretches the luma of a faded photo for the generator.
#pragma once

#include "engine/photo/photo.h"
#include "kernels/pictures.h"

namespace colourize::photo {

// Takes the range of the photo's luma from the darkest half per cent to the brightest half per cent. Where it is
// smaller than `least_range`, this stretches it to that, but at most to three times its own range, because more would
// make noise of an almost even picture. It divides the free range below and above in proportion, so that the result
// stays within 0 to 255, apart from specks. It changes nothing where the range is large enough or least_range is 0.
//
// Only the generator sees the stretched luma. Outside the range that it was trained on, it gives paler and wrong
// colours: of 58 free photographs that were faded to a range of 60, the mean CIEDE2000 is 14.4 without stretching and
// 13.1 with it. Before fading it was 13.0.
kernels::Tone stretched_tone(const Photo& photo, float least_range);

}  // namespace colourize::photo
