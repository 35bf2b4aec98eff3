// How colourful a picture looks.
#pragma once

#include "engine/photo/photo.h"

namespace colourize::photo {

// Hasler & Süsstrunk 2003, "Measuring colourfulness in natural images", over all pixels; 0 for a grey picture.
struct Colourfulness {
  // Their M(3), the one that most papers give: opponent channels of RGB in 0..255, rg = R - G and yb = (R + G) / 2 - B;
  //   sqrt(var rg + var yb) + 0.3 sqrt(mean² rg + mean² yb)          about 15: slightly, 45: quite, 109: extremely
  //   colourful
  double opponent = 0;
  // Their M(1): a* and b* of CIELAB (of sRGB, white D65, as CIE 15 has it);
  //   sqrt(var a + var b) + 0.37 sqrt(mean² a + mean² b)
  double lab = 0;
};

// R G B, or R G B A with A left out; at least 1 x 1.
Colourfulness colourfulness(const Raster8& picture);

// The sums that such a figure is made of, over pairs of opponent channels.
class OpponentSums {
 public:
  void add(double first, double second) {
    first_ += first;
    second_ += second;
    squares_ += first * first + second * second;
    ++count_;
  }
  // M(3)'s pair of a colour with 0 to 255 a channel.
  void add_colour(double red, double green, double blue) { add(red - green, 0.5 * (red + green) - blue); }

  // The deviation and `factor` times the mean's distance from grey. At least one pair must have been added.
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
