// CIELAB, the colour space in which colour differences are measured.
#pragma once

namespace colourize::photo {

struct Lab {
  double l = 0;  // lightness, 0 to 100
  double a = 0;  // green (negative) to red
  double b = 0;  // blue (negative) to yellow
};

// sRGB's transfer curve (IEC 61966-2-1): turns a sample of 0 to 1 into linear light of 0 to 1.
double linear_light(double sample);

// Converts linear light in sRGB's primaries, 0 to 1 for each channel, to CIELAB (CIE 15). White is sRGB's own, D65, so
// a grey colour has a and b of exactly 0.
Lab lab_of(double red, double green, double blue);

}  // namespace colourize::photo
