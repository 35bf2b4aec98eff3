#include "engine/photo/figures/skin.h"

#include <cmath>
#include <numbers>

namespace colourize::photo {
namespace {

// One of BT.601's two chroma samples as video stores it: `distance` is B - Y or R - Y in steps of 0 to 255, `range`
// twice its largest value over 255.
long video_chroma(double distance, double range) {
  return std::lround(128 + 224 * distance / (255 * range));
}

}  // namespace

bool is_skin(int red, int green, int blue) {
  // The other conditions follow: R > G and max - min > 15 from R - G > 15; R > B from that and Cb <= 127; and Cr >=
  // 133, because 255 (Cr - 128) is 112 (R - G) + 18.2 (G - B), and B is hardly above G.
  if (red <= 95 || green <= 40 || blue <= 20 || red - green <= 15) return false;
  const double luma = 0.299 * red + 0.587 * green + 0.114 * blue;
  const long cb = video_chroma(blue - luma, 1.772);
  const long cr = video_chroma(red - luma, 1.402);
  return cb >= 77 && cb <= 127 && cr <= 173;
}

bool is_blue(const Lab& colour) {
  constexpr double least_chroma = 8;
  constexpr double first_hue = 207;
  constexpr double last_hue = 307;
  if (std::hypot(colour.a, colour.b) < least_chroma) return false;
  const double hue = std::atan2(colour.b, colour.a) * 180 / std::numbers::pi;  // -180 to 180; blues lie below 0
  return hue + 360 >= first_hue && hue + 360 <= last_hue;
}

}  // namespace colourize::photo
