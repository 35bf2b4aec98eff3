#include "engine/photo/formats/float_samples.h"

#include <fmt/core.h>

#include <algorithm>
#include <cmath>

namespace colourize::photo {

void to_16_bits(std::span<const float> from, std::span<std::uint16_t> to, const std::string& name, const Warn& warn) {
  float white = 1;
  bool outside = false;
  for (const float sample : from) {
    if (std::isfinite(sample)) white = std::max(white, sample);
    outside = outside || !std::isfinite(sample) || sample < 0;
  }
  constexpr double full = UINT16_MAX;
  std::ranges::transform(from, to.begin(), [&](float sample) {
    if (std::isnan(sample) || sample <= 0) return std::uint16_t{0};
    return static_cast<std::uint16_t>(std::lround(std::min(static_cast<double>(sample) / white, 1.0) * full));
  });
  warn(fmt::format("{}: its floating-point samples become 16 bits, with {:g} as white", name, white));
  if (outside) warn(name + ": samples below 0, infinite ones and those that are no numbers are cut to black or white");
}

}  // namespace colourize::photo
