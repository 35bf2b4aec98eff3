#include "film/stabiliser/luma_match.h"

#include <algorithm>
#include <cmath>
#include <vector>

#include "film/stabiliser/interpolation.h"

namespace colourize::film {
namespace {

using kernels::Plane;

// Parts of one exposure along each side. They are large, because something that fills most of a small part and suddenly
// moves away would look like darkness.
constexpr int parts = 4;
// These levels prevent a gain from the grain of black.
constexpr float black = 8;

// The difference at which m is 1/e: this multiple of the median, within these levels.
constexpr float least_tolerance = 6;
constexpr float largest_tolerance = 16;
constexpr float tolerance_by_median = 5;
// At m = 1/2. Without this bound, many frames' weight times a small m would still mean frames of a wrong colour.
constexpr float half_vouched_frames = 4;

// Reorders the values. There must be at least one.
float median(std::vector<float>& values) {
  const auto middle = values.begin() + static_cast<std::ptrdiff_t>(values.size() / 2);
  std::nth_element(values.begin(), middle, values.end());
  return *middle;
}

// The median of now / before in each part.
Plane exposure_gains(const Plane& before, const Plane& now) {
  Plane gains(parts, parts);
  std::ranges::fill(gains.values, 1.0F);
  const auto first = [](int part, int size) { return part * size / parts; };
  std::vector<float> ratios;
  for (int row = 0; row < parts; ++row) {
    for (int column = 0; column < parts; ++column) {
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
    return (static_cast<float>(pixel) + 0.5F) * parts / static_cast<float>(size) - 0.5F;
  };
  for (int y = 0; y < plane.height; ++y) {
    const std::span<float> row = plane.row(y);
    for (std::size_t x = 0; x < row.size(); ++x) {
      const Place at(gains, place(x, plane.width), place(static_cast<std::size_t>(y), plane.height));
      row[x] = std::min((row[x] + black) * at.of(gains) - black, 255.0F);
    }
  }
}

// The mean of each pixel and its eight neighbours. Outside the plane, the edge's pixels repeat.
Plane neighbourhood_means(const Plane& plane) {
  Plane sums(plane.width, plane.height);
  for (int y = 0; y < plane.height; ++y) {
    const std::span<float> to = sums.row(y);
    for (int neighbour = y - 1; neighbour <= y + 1; ++neighbour) {
      const std::span<const float> row = plane.row(std::clamp(neighbour, 0, plane.height - 1));
      for (std::size_t x = 0; x < row.size(); ++x) {
        to[x] += (row[x == 0 ? 0 : x - 1] + row[x] + row[std::min(x + 1, row.size() - 1)]) / 9;
      }
    }
  }
  return sums;
}

}  // namespace

Plane frames_vouched_for(Plane before, const Plane& now) {
  expose(before, exposure_gains(before, now));
  Plane squares(now.width, now.height);
  std::ranges::transform(now.values, before.values, squares.values.begin(),
                         [](float a, float b) { return (a - b) * (a - b); });
  Plane frames = neighbourhood_means(squares);
  const float middle = std::sqrt(median(squares.values));
  const float tolerance = std::clamp(tolerance_by_median * middle, least_tolerance, largest_tolerance);
  for (float& value : frames.values) {
    value = half_vouched_frames / (std::expm1(value / (tolerance * tolerance)) + 1e-3F);
  }
  return frames;
}

}  // namespace colourize::film
