// CIELAB, the colour space in which differences of colours are measured.
#pragma once

namespace colourize::photo {

struct Lab {
  double l = 0;  // lightness, 0 to 100
  double a = 0;  // green (negative) to red
  double b = 0;  // blue (negative) to yellow
};

// sRGB's transfer curve (IEC 61966-2-1): a sample of 0 to 1 as linear light of 0 to 1.
double linear_light(double sample);

// CIELAB (CIE 15) of a colour in linear light, sRGB's primaries, 0 to 1 a channel. White is sRGB's own, D65, so that a
// grey colour has a and b of exactly 0.
Lab lab_of(double red, double green, double blue);

}  // namespace colourize::photo
