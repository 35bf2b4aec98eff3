#include "engine/film/luma_match.h"

#include <algorithm>
#include <cmath>
#include <vector>

#include "engine/film/interpolation.h"

namespace colourize::film {
namespace {

using photo::Plane;

// Neighbourhoods of one exposure, along each side: large ones, for something that fills most of one and moves away at once
// would pass for darkness.
constexpr int neighbourhoods = 4;
// Levels that keep a gain from being made of the grain of black.
constexpr float black = 8;

// A difference of this many levels, or of this many times the median, counts for 1/e.
constexpr float least_tolerance = 6;
constexpr float largest_tolerance = 16;
constexpr float tolerance_by_median = 5;

// Reorders the values, of which there are some.
float median(std::vector<float>& values) {
  const auto middle = values.begin() + static_cast<std::ptrdiff_t>(values.size() / 2);
  std::nth_element(values.begin(), middle, values.end());
  return *middle;
}

// Of each neighbourhood, the median of now / before.
Plane exposure_gains(const Plane& before, const Plane& now) {
  Plane gains(neighbourhoods, neighbourhoods);
  std::ranges::fill(gains.values, 1.0F);
  const auto first = [](int neighbourhood, int size) { return neighbourhood * size / neighbourhoods; };
  std::vector<float> ratios;
  for (int row = 0; row < neighbourhoods; ++row) {
    for (int column = 0; column < neighbourhoods; ++column) {
      ratios.clear();
      for (int y = first(row, now.height); y < first(row + 1, now.height); ++y) {
        for (int x = first(column, now.width); x < first(column + 1, now.width); ++x) {
          const auto pixel = static_cast<std::size_t>(x);
          ratios.push_back((now.row(y)[pixel] + black) / (before.row(y)[pixel] + black));
        }
      }
      if (!ratios.empty()) gains.row(row)[static_cast<std::size_t>(column)] = median(ratios);
    }
  }
  return gains;
}

void expose(Plane& plane, const Plane& gains) {
  const auto place = [](std::size_t pixel, int size) {
    return (static_cast<float>(pixel) + 0.5F) * neighbourhoods / static_cast<float>(size) - 0.5F;
  };
  for (int y = 0; y < plane.height; ++y) {
    const std::span<float> row = plane.row(y);
    for (std::size_t x = 0; x < row.size(); ++x) {
      const Place at(gains, place(x, plane.width), place(static_cast<std::size_t>(y), plane.height));
      row[x] = std::min((row[x] + black) * at.of(gains) - black, 255.0F);
    }
  }
}

}  // namespace

Plane luma_match(Plane before, const Plane& now) {
  expose(before, exposure_gains(before, now));
  std::vector<float> differences(now.values.size());
  std::ranges::transform(now.values, before.values, differences.begin(),
                         [](float a, float b) { return std::abs(a - b); });
  Plane match(now.width, now.height);
  match.values = differences;
  const float tolerance = std::clamp(tolerance_by_median * median(differences), least_tolerance, largest_tolerance);
  for (float& value : match.values) value = std::exp(-(value / tolerance) * (value / tolerance));
  return match;
}

}  // namespace colourize::film
