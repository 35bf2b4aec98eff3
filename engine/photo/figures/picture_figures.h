// How near a coloured picture comes to its original.
#pragma once

#include <optional>

#include "engine/photo/photo.h"

namespace colourize::photo {

// Over a picture's pixels.
struct Distribution {
  double mean = 0;
  // A half, nine tenths and 99 of 100 pixels have at most this; to 0.01, rounded up.
  double median = 0;
  double ninetieth = 0;
  double ninety_ninth = 0;
};

// A figure of the coloured picture and the same of its original.
struct BeforeAndAfter {
  double result = 0;
  double original = 0;
};

// The result with its chroma (BT.601, its own luma kept, each channel clamped) times the factor that makes it as
// colourful as its original: colours that are merely paler than the truth do not count as wrong.
struct AtMatchedColourfulness {
  double factor = 1;
  double ciede2000 = 0;  // mean over the pixels
};

struct PictureFigures {
  Distribution ciede2000;        // of each pixel and the original's, as sRGB; see ciede2000()
  BeforeAndAfter colourfulness;  // M(3) of Hasler and Süsstrunk; see Colourfulness
  BeforeAndAfter mean_chroma;    // the mean of CIELAB's sqrt(a² + b²), the other definition in use
  // None for a grey result, and where no factor up to 16 makes it as colourful (to 1 in 10,000).
  std::optional<AtMatchedColourfulness> matched;
  double luma_shift = 0;          // mean |difference| of BT.601's luma, in 8-bit steps whatever the depth
  double largest_luma_shift = 0;  // the same of the pixel where it is largest
  // The share of pixels that have a channel at either end of the range and are neither black nor white: a colour that
  // did not fit.
  double clipped = 0;
};

// Both pictures at their own depth, alpha left out; samples are taken for sRGB's, whatever a profile says. Throws
// Error, with `name` as its subject, when they differ in size.
PictureFigures compare_pictures(const Photo& result, const Photo& original, const std::string& name);

}  // namespace colourize::photo
