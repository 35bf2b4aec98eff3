// Luma and chroma of BT.601, full range, as in JPEG (JFIF 1.02):
//   Y = 0.299 R + 0.587 G + 0.114 B;  Cb = (B - Y) / 1.772, Cr = (R - Y) / 1.402
//   R = Y + 1.402 Cr, B = Y + 1.772 Cb, and G follows from Y
#pragma once

#include <utility>

namespace colourize::kernels::bt601 {

constexpr float luma_red = 0.299F;
constexpr float luma_green = 0.587F;
constexpr float luma_blue = 0.114F;
constexpr float red_range = 1.402F;   // 2 (1 - luma_red)
constexpr float blue_range = 1.772F;  // 2 (1 - luma_blue)

// Y of a colour, in the units of its channels.
constexpr float luma(float red, float green, float blue) {
  return luma_red * red + luma_green * green + luma_blue * blue;
}

// Cb and Cr of a colour with channels of 0 to 1. Both are -0.5 to 0.5.
constexpr std::pair<float, float> chroma(float red, float green, float blue) {
  const float y = luma(red, green, blue);
  return {(blue - y) / blue_range, (red - y) / red_range};
}

// A colour may leave the range of its channels beside the luma that it gets. Then it keeps its luma and its hue, and
// has the largest share of its chroma that fits: its channels move towards luma alike, and luma, being linear, stays.
//
// That share as one channel asks for it, all in one unit: 1 where it lies within 0 to `white`. The least of the three
// channels' is the colour's. Luma is within 0 to `white`, up to rounding.
constexpr float fitting_share(float luma, float channel, float white) {
  if (channel > white) return (white - luma) / (channel - luma);
  if (channel < 0) return luma / (luma - channel);
  return 1;
}

// The channel with this share of the chroma; bit for bit as it is with all of it. Where none fits, also of an infinite
// channel, it is luma.
constexpr float with_share(float luma, float channel, float share) {
  if (share >= 1) return channel;
  return share > 0 ? luma + share * (channel - luma) : luma;
}

}  // namespace colourize::kernels::bt601
