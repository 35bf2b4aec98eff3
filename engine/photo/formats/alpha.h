// Opacity as some files store it.
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <limits>

#include "engine/photo/photo.h"

namespace colourize::photo {

// Divides colours that were multiplied with their opacity, which is the last channel, by it. Rounds to the nearest;
// what is transparent stays as it is.
template <typename Sample>
void divide_by_alpha(Raster<Sample>& raster) {
  constexpr std::uint64_t full = std::numeric_limits<Sample>::max();
  const auto channels = static_cast<std::size_t>(raster.channels);
  for (std::size_t i = 0; i < raster.samples.size(); i += channels) {
    const std::uint64_t alpha = raster.samples[i + channels - 1];
    for (std::size_t c = 0; c + 1 < channels && alpha > 0; ++c) {
      raster.samples[i + c] = static_cast<Sample>(std::min((raster.samples[i + c] * full + alpha / 2) / alpha, full));
    }
  }
}

}  // namespace colourize::photo
