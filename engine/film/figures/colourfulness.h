// How colourful a picture looks.
#pragma once

#include "engine/photo/photo.h"

namespace colourize::film {

// Hasler & Süsstrunk 2003, "Measuring colourfulness in natural images", over all pixels; 0 for a grey picture.
struct Colourfulness {
  // Their M(3), the one that most papers give: opponent channels of RGB in 0..255, rg = R - G and yb = (R + G) / 2 - B;
  //   sqrt(var rg + var yb) + 0.3 sqrt(mean² rg + mean² yb)          about 15: slightly, 45: quite, 109: extremely colourful
  double opponent = 0;
  // Their M(1): a* and b* of CIELAB (of sRGB, white D65, as CIE 15 has it);
  //   sqrt(var a + var b) + 0.37 sqrt(mean² a + mean² b)
  double lab = 0;
};

// R G B, or R G B A with A left out; at least 1 x 1.
Colourfulness colourfulness(const photo::Raster8& picture);

}  // namespace colourize::film
