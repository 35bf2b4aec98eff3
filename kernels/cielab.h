// From CIELAB to chroma: what becomes of a network's a and b over the grey that it saw. Host and devices share this.
//
// CIELAB (CIE 15:2004) of sRGB (IEC 61966-2-1) under D65, with the matrix and the white that DDColor was trained with
// (OpenCV's digits). f is the cube root with its straight piece, g its inverse:
//   L = 116 f(Y) - 16,  X = Xn g(f(Y) + a / 500),  Z = Zn g(f(Y) - b / 200)
#pragma once

#include <cmath>

#include "kernels/bt601.h"

#ifdef __CUDACC__
#define COLOURIZE_HOST_AND_DEVICE __host__ __device__
#else
#define COLOURIZE_HOST_AND_DEVICE
#endif

namespace colourize::kernels::cielab {

struct LinearColour {
  float red;
  float green;
  float blue;
};

// A sample of 0 to 1 as linear light, and back.
COLOURIZE_HOST_AND_DEVICE inline float linear_light(float sample) {
  return sample <= 0.04045F ? sample / 12.92F : std::pow((sample + 0.055F) / 1.055F, 2.4F);
}
COLOURIZE_HOST_AND_DEVICE inline float sample_of(float light) {
  return light <= 0.0031308F ? light * 12.92F : 1.055F * std::pow(light, 1 / 2.4F) - 0.055F;
}

COLOURIZE_HOST_AND_DEVICE inline float root(float value) {
  return value > 216.0F / 24389 ? std::cbrt(value) : value * (24389.0F / 27 / 116) + 16.0F / 116;
}
COLOURIZE_HOST_AND_DEVICE inline float root_inverse(float value) {
  return value > 6.0F / 29 ? value * value * value : (value - 16.0F / 116) * (116 * 27.0F / 24389);
}

// Linear light of a colour whose f(Y) is `light`. Channels are outside of 0 to 1 where sRGB lacks the colour.
COLOURIZE_HOST_AND_DEVICE inline LinearColour linear_colour(float light, float a, float b) {
  const float x = 0.950456F * root_inverse(light + a / 500);
  const float y = root_inverse(light);
  const float z = 1.088754F * root_inverse(light - b / 200);
  // The inverse of the matrix from sRGB's red, green and blue to X, Y, Z.
  return {3.240481F * x - 1.537152F * y - 0.498536F * z, -0.969255F * x + 1.87599F * y + 0.041556F * z,
          0.055647F * x - 0.204041F * y + 1.057311F * z};
}

COLOURIZE_HOST_AND_DEVICE inline bool in_gamut(const LinearColour& colour) {
  constexpr float slack = 1e-4F;  // greys come out so far from equal
  const float least = std::fmin(colour.red, std::fmin(colour.green, colour.blue));
  const float most = std::fmax(colour.red, std::fmax(colour.green, colour.blue));
  return least >= -slack && most <= 1 + slack;
}

// The part of `delta` by which a sample of 0 to 1 can change without leaving that range, at most 1.
COLOURIZE_HOST_AND_DEVICE inline float part_that_fits(float sample, float delta) {
  if (delta > 1 - sample) return (1 - sample) / delta;
  if (delta < -sample) return sample / -delta;
  return 1;
}

struct ChromaPair {
  float blue;  // Cb
  float red;   // Cr
};

// Cb and Cr (bt601.h) for a and b over a grey of 0 to 1, so that a picture with the grey as its luma gets colours that
// sRGB has. A colour outside is brought back twice: first along its hue, at constant L, to the colours that sRGB has;
// then its chroma is scaled until it fits with the grey as luma. L and luma of a colour differ, so the result's L is
// not the grey's; its luma is.
COLOURIZE_HOST_AND_DEVICE inline ChromaPair chroma(float grey, float a, float b) {
  grey = std::fmin(std::fmax(grey, 0.0F), 1.0F);
  const float light = root(linear_light(grey));
  LinearColour colour = linear_colour(light, a, b);
  if (!in_gamut(colour)) {
    float inside = 0;
    float outside = 1;
    constexpr int halvings = 14;  // to a 16,000th of a and b
    for (int i = 0; i < halvings; ++i) {
      const float middle = (inside + outside) / 2;
      (in_gamut(linear_colour(light, middle * a, middle * b)) ? inside : outside) = middle;
    }
    colour = linear_colour(light, inside * a, inside * b);
  }
  const float red = sample_of(std::fmin(std::fmax(colour.red, 0.0F), 1.0F));
  const float green = sample_of(std::fmin(std::fmax(colour.green, 0.0F), 1.0F));
  const float blue = sample_of(std::fmin(std::fmax(colour.blue, 0.0F), 1.0F));
  const float luma = bt601::luma_red * red + bt601::luma_green * green + bt601::luma_blue * blue;
  const float fits = std::fmin(part_that_fits(grey, red - luma),
                               std::fmin(part_that_fits(grey, green - luma), part_that_fits(grey, blue - luma)));
  return {fits * (blue - luma) / bt601::blue_range, fits * (red - luma) / bt601::red_range};
}

}  // namespace colourize::kernels::cielab
