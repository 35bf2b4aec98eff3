// Measures the range of a photo's luma.
#pragma once

#include "engine/photo/photo.h"
#include "engine/session/luma.h"

namespace colourize::photo {

// From the darkest half per cent of the photo's pixels to the brightest half per cent, which leaves out specks and
// scratches. Looks at up to 512 x 512 pixels of a grid over the photo.
session::LumaRange luma_range(const Photo& photo);

}  // namespace colourize::photo
