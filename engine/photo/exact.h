// DeOldify's own steps around its generators, 8-bit throughout, for comparison with the original (`--exact`). The
// integer formulas are Pillow's and OpenCV's; tests/golden/chroma.safetensors holds their answers.
#pragma once

#include "engine/generators/generator.h"
#include "engine/photo/photo.h"
#include "engine/tensor.h"

namespace colourize::photo {

// Pillow's "L" of RGB, in all three channels: (19595 R + 38470 G + 7471 B + 32768) >> 16. Alpha is dropped.
Raster8 grey(const Raster8& raster);

struct Yuv {
  std::uint8_t y, u, v;
};
struct Rgb {
  std::uint8_t r, g, b;
};
// OpenCV's 8-bit conversions (COLOR_RGB2YUV, COLOR_YUV2RGB): 14-bit fixed point, U and V around 128.
Yuv to_yuv(Rgb colour);
Rgb to_rgb(Yuv colour);

// What the original gives a generator, 1 channel of side x side: resized and then grey for one that makes pictures
// (`rgb` colours), the other way round for one that makes chroma.
Raster8 exact_square(const Photo& photo, const Encoding& encoding, int side);

// The output of an `rgb` generator as the original makes a picture of it: denormalised, clamped, truncated to 8 bits.
Raster8 exact_generator_picture(const Tensor& output, const Encoding& encoding);

// The chroma of `colour` with the luma of `photo`, both of one size; the photo's alpha stays.
Raster8 merge_exact(const Raster8& colour, const Raster8& photo);

}  // namespace colourize::photo
