// A photo's samples and luma, in the form that a session takes.
#pragma once

#include <span>

#include "engine/photo/photo.h"
#include "engine/session/luma.h"
#include "kernels/pictures.h"

namespace colourize::photo {

// Computes Y of one row (kernels/bt601.h), not rounded, 0 to 255 at any depth of the photo.
void luma_row(const Photo& photo, int y, std::span<float> luma);

// Point to the photo's own memory; valid as long as its pixels.
kernels::ConstSamples samples_of(const Photo& photo);
kernels::Samples samples_of(Photo& photo);

// Returns the photo's luma, without a range. It points into the photo.
session::Luma luma_of(const Photo& photo);

}  // namespace colourize::photo
