// Pillow's 8-bit resize, for DeOldify's own way (exact.h).
#pragma once

#include "engine/photo/photo.h"

namespace colourize::photo {

// BILINEAR (kernels/resize_axis.h), bit for bit: weights in 22-bit fixed point, rounded to 8 bits after each pass.
Raster8 resize_8_bit(const Raster8& source, int width, int height);

}  // namespace colourize::photo
