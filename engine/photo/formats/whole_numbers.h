// Whole numbers of a file become samples.
#pragma once

#include <algorithm>
#include <cstdint>
#include <limits>

namespace colourize::photo {

// The full range of Sample, from numbers of 0 to `largest`; larger ones become white. Rounds halves up.
template <typename Sample>
Sample scaled_number(std::uint64_t number, std::uint64_t largest) {
  constexpr std::uint64_t full = std::numeric_limits<Sample>::max();
  if (largest == 0) return 0;
  return static_cast<Sample>((std::min(number, largest) * full + largest / 2) / largest);
}

}  // namespace colourize::photo
