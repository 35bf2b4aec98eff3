// The pictures that the sessions' tests colour.
#pragma once

#include <cstdint>
#include <utility>
#include <vector>

#include "engine/photo/photo.h"

namespace colourize::session {

// Grey from 40 to 219, in steps of so many levels a pixel.
inline photo::Photo ramp(int width, int height, int step) {
  photo::Raster8 raster(width, height, 3);
  for (std::size_t i = 0; i < raster.samples.size(); ++i) {
    raster.samples[i] = static_cast<std::uint8_t>(40 + static_cast<int>(i / 3) * step % 180);
  }
  return {std::move(raster), {}};
}

inline const std::vector<std::uint8_t>& samples(const photo::Photo& photo) {
  return std::get<photo::Raster8>(photo.pixels).samples;
}

}  // namespace colourize::session
