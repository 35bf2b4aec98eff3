// A photo's samples and luma, as a session takes them.
#pragma once

#include <span>

#include "engine/photo/photo.h"
#include "engine/session/luma.h"
#include "kernels/pictures.h"

namespace colourize::photo {

// Y of one row (kernels/bt601.h), unrounded, 0 to 255 whatever the photo's depth.
void luma_row(const Photo& photo, int y, std::span<float> luma);

// The photo's own memory, valid until its pixels go.
kernels::ConstSamples samples_of(const Photo& photo);
kernels::Samples samples_of(Photo& photo);

// The photo's luma, stretched where it is fainter than `least_range` (tone.h). It points into the photo.
session::Luma luma_of(const Photo& photo, float least_range);

}  // namespace colourize::photo
