#include "converter/stored_tensors.h"

#include <cmath>
#include <string_view>

#include <Eigen/Core>

#include "system/error.h"

namespace colourize::converter {
namespace {

constexpr double batch_norm_epsilon = 1e-5;

// Numbers as doubles, for sums.
auto doubles(std::span<const float> values) {
  return Eigen::Map<const Eigen::ArrayXf>(values.data(), static_cast<Eigen::Index>(values.size())).cast<double>();
}

}  // namespace

const weights::Dimensions& StoredTensors::shape(const std::string& name) const {
  const auto found = checkpoint_.shapes.find(name);
  if (found == checkpoint_.shapes.end())
    throw Error(ErrorKind::damaged, checkpoint_.source, "has no tensor '" + name + "'");
  return found->second;
}

std::vector<float> StoredTensors::vector(const std::string& name, std::size_t count) const {
  if (element_count(shape(name)) != count) {
    throw Error(ErrorKind::damaged, checkpoint_.source,
                "tensor '" + name + "' is " + weights::to_string(shape(name)) + " where " + std::to_string(count) +
                    " numbers are needed");
  }
  std::vector<float> values(count);
  checkpoint_.load(name, 0, values);
  return values;
}

ScaleAndShift StoredTensors::batch_norm(const std::string& name, std::size_t channels) const {
  const auto weight = vector(name + ".weight", channels);
  const auto bias = vector(name + ".bias", channels);
  const auto mean = vector(name + ".running_mean", channels);
  const auto variance = vector(name + ".running_var", channels);
  ScaleAndShift result;
  for (std::size_t c = 0; c < channels; ++c) {
    const double scale = weight[c] / std::sqrt(static_cast<double>(variance[c]) + batch_norm_epsilon);
    result.scale.push_back(scale);
    result.shift.push_back(bias[c] - mean[c] * scale);
  }
  return result;
}

std::vector<std::string> StoredTensors::batch_norm_sources(const std::string& name) {
  return {name + ".weight", name + ".bias", name + ".running_mean", name + ".running_var"};
}

std::string StoredTensors::stored_weight(const std::string& layer) const {
  for (const char* ending : {".weight_orig", ".weight_g", ".weight"}) {
    if (has(layer + ending)) return layer + (std::string_view(ending) == ".weight_g" ? ".weight_v" : ending);
  }
  throw Error(ErrorKind::damaged, checkpoint_.source, "has no tensor '" + layer + ".weight'");
}

std::vector<double> StoredTensors::weight_factors(const std::string& layer) const {
  const std::string stored = stored_weight(layer);
  const auto rows = static_cast<std::size_t>(shape(stored).front());
  const std::size_t columns = element_count(shape(stored)) / rows;
  std::vector<double> factors(rows, 1.0);
  if (has(layer + ".weight_orig")) {
    const auto u = vector(layer + ".weight_u", rows);
    const Eigen::ArrayXd v = doubles(vector(layer + ".weight_v", columns));
    double sigma = 0;
    for_each_row_portion(stored, columns, [&](std::size_t row, std::size_t column, std::span<const float> part) {
      const auto size = static_cast<Eigen::Index>(part.size());
      sigma += u[row] * (doubles(part) * v.segment(static_cast<Eigen::Index>(column), size)).sum();
    });
    std::ranges::fill(factors, 1 / sigma);
  } else if (has(layer + ".weight_g")) {
    const auto g = vector(layer + ".weight_g", rows);
    std::vector<double> squares(rows);
    for_each_row_portion(stored, columns, [&](std::size_t row, std::size_t /*column*/, std::span<const float> part) {
      squares[row] += doubles(part).square().sum();
    });
    for (std::size_t row = 0; row < rows; ++row) factors[row] = g[row] / std::sqrt(squares[row]);
  }
  return factors;
}

std::vector<std::string> StoredTensors::weight_sources(const std::string& layer) const {
  std::vector<std::string> sources{stored_weight(layer)};
  if (has(layer + ".weight_orig")) {
    sources.insert(sources.end(), {layer + ".weight_u", layer + ".weight_v"});
  } else if (has(layer + ".weight_g")) {
    sources.push_back(layer + ".weight_g");
  }
  return sources;
}

}  // namespace colourize::converter
