// DeOldify's own steps before and after its generators, all in 8 bits, for comparison with DeOldify. The integer
// formulas are those of Pillow and OpenCV; tests/golden/chroma.safetensors holds results of theirs.
#pragma once

#include "engine/generators/generator.h"
#include "engine/photo/photo.h"
#include "engine/tensor.h"

namespace colourize::photo {

// Pillow's "L" of RGB, in all three channels: (19595 R + 38470 G + 7471 B + 32768) >> 16. This drops alpha.
Raster8 grey(const Raster8& raster);

struct Yuv {
  std::uint8_t y, u, v;
};
struct Rgb {
  std::uint8_t r, g, b;
};
// OpenCV's 8-bit conversions (COLOR_RGB2YUV, COLOR_YUV2RGB): 14-bit fixed point, with U and V centred at 128.
Yuv to_yuv(Rgb colour);
Rgb to_rgb(Yuv colour);

// The generator's input as DeOldify makes it, 1 channel of side x side. For a generator with `rgb` colours it resizes
// and then turns grey; for one with chroma it turns grey and then resizes.
Raster8 exact_square(const Photo& photo, const Encoding& encoding, int side);

// Turns the output of an `rgb` generator into a picture as DeOldify does: denormalised, clamped, truncated to 8 bits.
Raster8 exact_generator_picture(const Tensor& output, const Encoding& encoding);

// Joins the chroma of `colour` with the luma of `photo`, which has the same size. The photo's alpha stays.
Raster8 merge_exact(const Raster8& colour, const Raster8& photo);

}  // namespace colourize::photo
