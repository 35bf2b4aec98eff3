// The Gaussian blur that softens a generator's input.
#pragma once

#include "engine/photo/resample.h"

namespace colourize::photo {

// The plane under a Gaussian of this standard deviation, in pixels, above 0. Its weights end at three deviations and add up to 1; a pixel
// outside the plane counts as the nearest one inside.
Plane blurred(const Plane& plane, double deviation);

// An axis whose target pixels are blurred so: what resizing along `axis` and then blurring along it come to, in one step.
Resampling blurred(const Resampling& axis, double deviation);

}  // namespace colourize::photo
