// DDColor's own steps before and after its generator, for comparison with DDColor: OpenCV's conversions to and from
// CIELAB, a bilinear resize without antialiasing, and chroma that goes to the photo's size by the nearest pixel.
#pragma once

#include "engine/photo/photo.h"
#include "engine/tensor.h"

namespace colourize::photo {

// What the generator sees: the sRGB grey of each pixel's L, in 16 bits, 1 channel of side x side. As in DDColor, the
// colours are resized first, and the aspect is ignored. OpenCV reads L, a and b of floating-point sRGB from a table of
// 33 x 33 x 33 colours, which is off by up to 0.24 in L; so does this.
Raster16 exact_lab_square(const Raster8& photo, int side);

// Gives the photo the a and b of a generator's output, 1 x h x w x 2, under the photo's own L: DDColor's picture, but
// for a few values in 10,000 that are off by one. Alpha stays.
Raster8 merge_exact_lab(const Tensor& output, const Raster8& photo);

}  // namespace colourize::photo
