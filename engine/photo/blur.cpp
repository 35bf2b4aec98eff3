#include "engine/photo/blur.h"

#include <algorithm>
#include <cmath>

namespace colourize::photo {
namespace {

// One side and the middle: entry i is the weight of both pixels at distance i.
std::vector<double> gaussian(double deviation) {
  std::vector<double> weights;
  double sum = 0;
  for (int i = 0; i <= static_cast<int>(std::ceil(3 * deviation)); ++i) {
    weights.push_back(std::exp(-0.5 * i * i / (deviation * deviation)));
    sum += (i == 0 ? 1 : 2) * weights.back();
  }
  for (double& weight : weights) weight /= sum;
  return weights;
}

void blur_row(std::span<const float> from, std::span<const float> weights, std::span<float> to) {
  const auto width = static_cast<int>(from.size());
  const int radius = static_cast<int>(weights.size()) - 1;
  // The row with its ends repeated, so that the sums need not look where it ends.
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

Plane blurred(const Plane& plane, double deviation) {
  const std::vector<double> exact = gaussian(deviation);
  const std::vector<float> weights(exact.begin(), exact.end());
  Plane along_rows(plane.width, plane.height);
  for (int y = 0; y < plane.height; ++y) blur_row(plane.row(y), weights, along_rows.row(y));
  Plane result(plane.width, plane.height);
  for (int y = 0; y < plane.height; ++y) blur_column_into_row(along_rows, y, weights, result.row(y));
  return result;
}

Resampling blurred(const Resampling& axis, double deviation) {
  const std::vector<double> weights = gaussian(deviation);
  const int radius = static_cast<int>(weights.size()) - 1;
  std::vector<Resampling::Window> windows(static_cast<std::size_t>(axis.to()));
  for (int target = 0; target < axis.to(); ++target) {
    const auto neighbour = [&](int i) { return std::clamp(target + i, 0, axis.to() - 1); };
    Resampling::Window& window = windows[static_cast<std::size_t>(target)];
    const int last = neighbour(radius);
    window.first = axis.first(neighbour(-radius));
    window.weights.resize(static_cast<std::size_t>(axis.first(last) - window.first) + axis.weights(last).size());
    for (int i = -radius; i <= radius; ++i) {
      const auto begin = static_cast<std::size_t>(axis.first(neighbour(i)) - window.first);
      const std::span<const double> source = axis.weights(neighbour(i));
      for (std::size_t k = 0; k < source.size(); ++k) {
        window.weights[begin + k] += weights[static_cast<std::size_t>(std::abs(i))] * source[k];
      }
    }
  }
  return {axis.from(), windows};
}

}  // namespace colourize::photo
