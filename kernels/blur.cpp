#include "kernels/blur.h"

#include <algorithm>
#include <span>
#include <vector>

#include "kernels/resize_axis.h"

namespace colourize::kernels {
namespace {

// A row for the blur. Its ends are repeated, so that no sum must check where the row ends.
void blur_row(std::span<const float> from, std::span<const float> weights, std::span<float> to) {
  const auto width = static_cast<int>(from.size());
  const int radius = static_cast<int>(weights.size()) - 1;
  std::vector<float> padded(from.size() + 2 * static_cast<std::size_t>(radius));
  for (int i = 0; i < std::ssize(padded); ++i) {
    padded[static_cast<std::size_t>(i)] = from[static_cast<std::size_t>(std::clamp(i - radius, 0, width - 1))];
  }
  const float* middle = padded.data() + radius;
  for (int x = 0; x < width; ++x) to[static_cast<std::size_t>(x)] = weights[0] * middle[x];
  for (int i = 1; i <= radius; ++i) {
    const float weight = weights[static_cast<std::size_t>(i)];
    for (int x = 0; x < width; ++x) to[static_cast<std::size_t>(x)] += weight * (middle[x - i] + middle[x + i]);
  }
}

void blur_column_into_row(const Plane& plane, int y, std::span<const float> weights, std::span<float> to) {
  const auto row = [&](int at) { return plane.row(std::clamp(at, 0, plane.height - 1)); };
  std::ranges::transform(row(y), to.begin(), [&](float value) { return weights[0] * value; });
  for (int i = 1; i < std::ssize(weights); ++i) {
    const float weight = weights[static_cast<std::size_t>(i)];
    const std::span<const float> above = row(y - i);
    const std::span<const float> below = row(y + i);
    for (std::size_t x = 0; x < to.size(); ++x) to[x] += weight * (above[x] + below[x]);
  }
}

}  // namespace

Plane blurred(const Plane& plane, double deviation, ThreadPool& pool) {
  const std::vector<double> exact = gaussian(deviation);
  const std::vector<float> weights(exact.begin(), exact.end());
  Plane along_rows(plane.width, plane.height);
  pool.run(plane.height, [&](std::int64_t row, int /*thread*/) {
    const auto y = static_cast<int>(row);
    blur_row(plane.row(y), weights, along_rows.row(y));
  });
  Plane result(plane.width, plane.height);
  pool.run(plane.height, [&](std::int64_t row, int /*thread*/) {
    const auto y = static_cast<int>(row);
    blur_column_into_row(along_rows, y, weights, result.row(y));
  });
  return result;
}

}  // namespace colourize::kernels
