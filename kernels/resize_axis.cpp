#include "kernels/resize_axis.h"

#include <algorithm>
#include <cmath>

namespace colourize::kernels {

ResizeAxis bilinear_axis(int from, int to) {
  const double scale = static_cast<double>(from) / to;
  const double support = std::max(scale, 1.0);
  ResizeAxis axis{.from = from, .first = {}, .begin = {0}, .weights = {}};
  for (int target = 0; target < to; ++target) {
    const double centre = (target + 0.5) * scale;
    const int begin = std::max(static_cast<int>(centre - support + 0.5), 0);
    const int end = std::min(static_cast<int>(centre + support + 0.5), from);
    double sum = 0;
    for (int i = begin; i < end; ++i) {
      const double weight = std::max(0.0, 1 - std::abs((i - centre + 0.5) * (1 / support)));
      axis.weights.push_back(weight);
      sum += weight;
    }
    for (auto i = static_cast<std::size_t>(axis.begin.back()); i < axis.weights.size(); ++i) axis.weights[i] *= 1 / sum;
    axis.first.push_back(begin);
    axis.begin.push_back(static_cast<int>(axis.weights.size()));
  }
  return axis;
}

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

ResizeAxis blurred(const ResizeAxis& axis, double deviation) {
  const std::vector<double> side = gaussian(deviation);
  const int radius = static_cast<int>(side.size()) - 1;
  ResizeAxis result{.from = axis.from, .first = {}, .begin = {0}, .weights = {}};
  for (int target = 0; target < axis.to(); ++target) {
    const auto neighbour = [&](int i) { return std::clamp(target + i, 0, axis.to() - 1); };
    const auto first_of = [&](int i) { return axis.first[static_cast<std::size_t>(neighbour(i))]; };
    const auto window =
        static_cast<std::size_t>(first_of(radius) - first_of(-radius)) + axis.weights_of(neighbour(radius)).size();
    std::vector<double> weights(window);
    for (int i = -radius; i <= radius; ++i) {
      const auto begin = static_cast<std::size_t>(first_of(i) - first_of(-radius));
      const std::span<const double> source = axis.weights_of(neighbour(i));
      for (std::size_t k = 0; k < source.size(); ++k) {
        weights[begin + k] += side[static_cast<std::size_t>(std::abs(i))] * source[k];
      }
    }
    result.first.push_back(first_of(-radius));
    result.weights.insert(result.weights.end(), weights.begin(), weights.end());
    result.begin.push_back(static_cast<int>(result.weights.size()));
  }
  return result;
}

}  // namespace colourize::kernels
