#include "engine/session/luma.h"

#include <algorithm>

namespace colourize::session {

kernels::Tone stretched_tone(const LumaRange& given, float least_range) {
  constexpr float white = 255;
  constexpr float largest_scale = 3;
  if (least_range <= 0) return {};
  const float dark = given.dark;
  const float range = given.bright - dark;
  if (range >= least_range) return {};
  const float scale = std::min(least_range / std::max(range, 1.0F), largest_scale);
  const float growth = (scale - 1) * range;
  const float new_dark = dark - growth * dark / (white - range);
  return {.scale = scale, .shift = new_dark - scale * dark};
}

}  // namespace colourize::session
