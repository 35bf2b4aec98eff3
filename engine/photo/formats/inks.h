// Inks of print, as the paper shows them. Inks are inverted, as Adobe's programs store them: the largest value is no
// ink, 0 is all of it.
#pragma once

#include <cstddef>
#include <cstdint>
#include <limits>
#include <optional>
#include <span>
#include <string>

#include "engine/photo/colour_space.h"
#include "system/warnings.h"

namespace colourize::photo {

constexpr std::size_t inks = 4;  // cyan, magenta, yellow, black

// Converts pixels of four inks to R G B: each is what its ink and black let through, the product of both shares. `from`
// has four samples for each three of `to`. Rounds to the nearest.
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

// The conversion of one picture's inks: by its ICC profile to sRGB, or by mix_inks() where it has none that is for four
// inks and can be used.
class InkConversion {
 public:
  explicit InkConversion(std::span<const std::byte> profile);

  bool by_profile() const { return conversion_.has_value(); }

  // Samples as for mix_inks().
  template <typename Sample>
  void run(std::span<const Sample> from, std::span<Sample> to) const;

  // Says of the picture `name` how its colours came about.
  void warn_of(const std::string& name, const Warn& warn) const;

 private:
  std::optional<Conversion> conversion_;
};

}  // namespace colourize::photo
