// Measures how colourful a picture looks.
#pragma once

#include "engine/photo/photo.h"

namespace colourize::photo {

// Hasler & Süsstrunk 2003, "Measuring colourfulness in natural images", over all pixels; 0 for a grey picture.
struct Colourfulness {
  // Their M(3), which most papers use. Opponent channels of RGB in 0..255 are rg = R - G and yb = (R + G) / 2 - B:
  //   sqrt(var rg + var yb) + 0.3 sqrt(mean² rg + mean² yb)
  // About 15 is slightly, 45 quite and 109 extremely colourful.
  double opponent = 0;
  // Their M(1), with a* and b* of CIELAB (from sRGB, white D65, as in CIE 15):
  //   sqrt(var a + var b) + 0.37 sqrt(mean² a + mean² b)
  double lab = 0;
};

// R G B, or R G B A, whose A is ignored. At least 1 x 1.
Colourfulness colourfulness(const Raster8& picture);

// The sums for such a figure, over pairs of opponent channels.
class OpponentSums {
 public:
  void add(double first, double second) {
    first_ += first;
    second_ += second;
    squares_ += first * first + second * second;
    ++count_;
  }
  // Adds M(3)'s pair for a colour with channels of 0 to 255.
  void add_colour(double red, double green, double blue) { add(red - green, 0.5 * (red + green) - blue); }

  // The deviation plus `factor` times the mean's distance from grey. At least one pair must have been added.
  double colourfulness(double factor) const;
  double opponent() const { return colourfulness(0.3); }  // M(3)
  double lab() const { return colourfulness(0.37); }      // M(1)

 private:
  double first_ = 0;
  double second_ = 0;
  double squares_ = 0;
  double count_ = 0;
};

}  // namespace colourize::photo
