// Measures how close a coloured picture comes to its original.
#pragma once

#include <optional>

#include "engine/photo/photo.h"

namespace colourize::photo {

// How a figure is distributed over a picture's pixels.
struct Distribution {
  double mean = 0;
  // 50 %, 90 % and 99 % of the pixels have at most this; to 0.01, rounded up.
  double median = 0;
  double ninetieth = 0;
  double ninety_ninth = 0;
};

// A figure of the coloured picture, and the same of its original.
struct BeforeAndAfter {
  double result = 0;
  double original = 0;
};

// The result after its chroma is multiplied by the factor that makes it as colourful as its original (BT.601, its own
// luma kept, each channel clamped). So colours that are only paler than the truth do not count as wrong.
struct AtMatchedColourfulness {
  double factor = 1;
  double ciede2000 = 0;  // mean over the pixels
};

struct PictureFigures {
  Distribution ciede2000;        // between each pixel and the original's, as sRGB; see ciede2000()
  BeforeAndAfter colourfulness;  // M(3) of Hasler and Süsstrunk; see Colourfulness
  BeforeAndAfter mean_chroma;    // mean of CIELAB's sqrt(a² + b²), the other common definition
  // None for a grey result, or where no factor up to 16 makes it as colourful (to 1 in 10,000).
  std::optional<AtMatchedColourfulness> matched;
  double luma_shift = 0;          // mean |difference| of BT.601's luma, in 8-bit steps at any depth
  double largest_luma_shift = 0;  // the same for the pixel where it is largest
  // The share of pixels with a channel at either end of the range that are neither black nor white: their colour did
  // not fit.
  double clipped = 0;
  // The share of blue pixels (is_blue()) among those where the original has skin (is_skin(), of 8 bits): blotches, of
  // which people complain most. None where fewer than 1 % of the original's pixels are skin (least_skin).
  std::optional<double> blue_in_skin;
};

// Compares both pictures at their own depth, without alpha. It takes samples as sRGB; see as_srgb(). Throws
// Error with `name` as its subject where their sizes differ.
PictureFigures compare_pictures(const Photo& result, const Photo& original, const std::string& name);

}  // namespace colourize::photo
