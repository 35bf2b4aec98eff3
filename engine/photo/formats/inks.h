// Inks of print, as the paper shows them.
#pragma once

#include <cstddef>
#include <cstdint>
#include <limits>
#include <span>

namespace colourize::photo {

constexpr std::size_t inks = 4;  // cyan, magenta, yellow, black

// Converts pixels of four inks to R G B: each is what its ink and black let through, the product of both shares. Inks
// are inverted, as Adobe's programs store them: the largest value is no ink, 0 is all of it. `from` has four samples
// for each three of `to`. Rounds to the nearest.
template <typename Sample>
void mix_inks(std::span<const Sample> from, std::span<Sample> to) {
  constexpr std::uint64_t white = std::numeric_limits<Sample>::max();
  std::size_t i = 0;
  for (std::size_t pixel = 0; pixel + inks <= from.size(); pixel += inks) {
    const std::uint64_t black = from[pixel + 3];
    for (std::size_t ink = 0; ink < 3; ++ink) {
      to[i++] = static_cast<Sample>((from[pixel + ink] * black + white / 2) / white);
    }
  }
}

// For warnings.
constexpr auto inks_remark =
    "its inks become RGB by what each of them lets through, not by an ICC profile; colours may differ a little";

}  // namespace colourize::photo
