// Luma and chroma: what stays the photo's own, and what a generator adds; by the formulas of kernels/bt601.h.
#pragma once

#include <span>

#include "engine/photo/photo.h"
#include "engine/photo/resample.h"

namespace colourize::photo {

// Y of one row, unrounded, 0 to 255 whatever the photo's depth.
void luma_row(const Photo& photo, int y, std::span<float> luma);

// Cb and Cr, around 0, as a fraction of the full range (-0.5 to 0.5). Any size; merging resizes it.
struct Chroma {
  Plane blue;
  Plane red;
};

// Cb and Cr of a colour with 0 to 1 a channel.
struct ChromaPair {
  float blue;
  float red;
};
ChromaPair chroma_of(float red, float green, float blue);

// The photo's own luma with this chroma, resized bilinearly to the photo (half-pixel centres), back to RGB, clamped,
// rounded to the photo's depth. Alpha and metadata stay.
Photo merge(const Photo& photo, const Chroma& chroma);

}  // namespace colourize::photo
