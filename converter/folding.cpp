#include "converter/folding.h"

#include <algorithm>
#include <cmath>
#include <optional>
#include <set>

#include <Eigen/Core>

#include "system/error.h"

namespace colourize::converter {
namespace {

using weights::to_string;

constexpr double batch_norm_epsilon = 1e-5;

bool ends_with(const std::string& text, std::string_view ending) {
  return text.ends_with(ending);
}

std::string without(const std::string& text, std::string_view ending) {
  return text.substr(0, text.size() - ending.size());
}

// Numbers as doubles, for sums.
auto doubles(std::span<const float> values) {
  return Eigen::Map<const Eigen::ArrayXf>(values.data(), static_cast<Eigen::Index>(values.size())).cast<double>();
}

using NormAfter = std::string (*)(const std::string& convolution);

class Folding {
 public:
  Folding(const Checkpoint& checkpoint, NormAfter norm_after) : checkpoint_(checkpoint), norm_after_(norm_after) {}

  std::string norm_after(const std::string& convolution) const { return norm_after_(convolution); }

  bool has(const std::string& name) const { return checkpoint_.shapes.contains(name); }

  const weights::Dimensions& shape(const std::string& name) const {
    const auto found = checkpoint_.shapes.find(name);
    if (found == checkpoint_.shapes.end())
      throw Error(ErrorKind::damaged, checkpoint_.source, "has no tensor '" + name + "'");
    return found->second;
  }

  // A small tensor, which must have `count` elements.
  std::vector<float> vector(const std::string& name, std::size_t count) const {
    if (element_count(shape(name)) != count) {
      throw Error(ErrorKind::damaged, checkpoint_.source,
                  "tensor '" + name + "' is " + to_string(shape(name)) + " where " + std::to_string(count) +
                      " numbers are needed");
    }
    std::vector<float> values(count);
    checkpoint_.load(name, 0, values);
    return values;
  }

  // Calls visit(first, values) with one portion of a tensor after another.
  template <typename Visit>
  void for_each_portion(const std::string& name, const Visit& visit) const {
    constexpr std::size_t portion = 1U << 16U;  // 256 KiB: read, scaled, looked at and written within the L2 cache
    const std::size_t count = element_count(shape(name));
    std::vector<float> values;
    for (std::size_t first = 0; first < count; first += portion) {
      values.resize(std::min(portion, count - first));
      checkpoint_.load(name, static_cast<std::int64_t>(first), values);
      visit(first, std::span<float>(values));
    }
  }

  // The same, for a matrix of rows of `columns`: calls visit(row, column, values) with one portion of a row after
  // another, `column` that of the first value.
  template <typename Visit>
  void for_each_row_portion(const std::string& name, std::size_t columns, const Visit& visit) const {
    for_each_portion(
        name, [&](std::size_t first, std::span<float> values) { split_into_rows(first, values, columns, visit); });
  }

  template <typename Visit>
  static void split_into_rows(std::size_t first, std::span<float> values, std::size_t columns, const Visit& visit) {
    while (!values.empty()) {
      const std::size_t column = first % columns;
      const std::size_t count = std::min(columns - column, values.size());
      visit(first / columns, column, values.first(count));
      values = values.subspan(count);
      first += count;
    }
  }

  struct ScaleAndShift {
    std::vector<double> scale;
    std::vector<double> shift;
  };

  ScaleAndShift norm(const std::string& name, std::size_t channels) const {
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

  // A convolution's weights as the trained network used them: the stored ones, times a factor for each output channel.
  void write_convolution_weight(const std::string& name, const Sink& sink) const {
    const std::string stored = stored_weight(name);
    const auto rows = static_cast<std::size_t>(shape(stored).front());
    const std::size_t columns = element_count(shape(stored)) / rows;
    std::vector<double> factors = normalisation(name, stored, rows, columns);
    const std::string norm_name = norm_after(name);
    if (!norm_name.empty()) {
      const ScaleAndShift folded = norm(norm_name, rows);
      for (std::size_t row = 0; row < rows; ++row) factors[row] *= folded.scale[row];
    }
    for_each_portion(stored, [&](std::size_t first, std::span<float> values) {
      split_into_rows(first, values, columns, [&](std::size_t row, std::size_t /*column*/, std::span<float> part) {
        const double factor = factors[row];
        for (float& value : part) value = static_cast<float>(value * factor);
      });
      sink(values);
    });
  }

  std::vector<float> convolution_bias(const std::string& name) const {
    const auto rows = static_cast<std::size_t>(shape(stored_weight(name)).front());
    const std::string norm_name = norm_after(name);
    if (norm_name.empty()) return vector(name + ".bias", rows);
    const ScaleAndShift folded = norm(norm_name, rows);
    const std::vector<float> own = has(name + ".bias") ? vector(name + ".bias", rows) : std::vector<float>(rows);
    std::vector<float> bias(rows);
    for (std::size_t row = 0; row < rows; ++row) {
      bias[row] = static_cast<float>(own[row] * folded.scale[row] + folded.shift[row]);
    }
    return bias;
  }

  // The tensors from which a convolution's weight and bias are computed.
  std::vector<std::string> weight_sources(const std::string& name) const {
    std::vector<std::string> sources = norm_parts(norm_after(name));
    sources.push_back(stored_weight(name));
    if (has(name + ".weight_orig")) {
      sources.insert(sources.end(), {name + ".weight_u", name + ".weight_v"});
    } else if (has(name + ".weight_g")) {
      sources.push_back(name + ".weight_g");
    }
    return sources;
  }
  std::vector<std::string> bias_sources(const std::string& name) const {
    std::vector<std::string> sources = norm_parts(norm_after(name));
    if (has(name + ".bias")) sources.push_back(name + ".bias");
    return sources;
  }

  // The tensors that norm() reads; empty where there is no norm.
  static std::vector<std::string> norm_parts(const std::string& norm) {
    if (norm.empty()) return {};
    return {norm + ".weight", norm + ".bias", norm + ".running_mean", norm + ".running_var"};
  }

  std::string stored_weight(const std::string& name) const {
    for (const char* ending : {".weight_orig", ".weight_g", ".weight"}) {
      if (has(name + ending)) return name + (std::string_view(ending) == ".weight_g" ? ".weight_v" : ending);
    }
    throw Error(ErrorKind::damaged, checkpoint_.source, "has no tensor '" + name + ".weight'");
  }

 private:
  // The factor by which spectral or weight norm multiplies each output channel.
  std::vector<double> normalisation(const std::string& name, const std::string& stored, std::size_t rows,
                                    std::size_t columns) const {
    std::vector<double> factors(rows, 1.0);
    if (has(name + ".weight_orig")) {
      const auto u = vector(name + ".weight_u", rows);
      const Eigen::ArrayXd v = doubles(vector(name + ".weight_v", columns));
      double sigma = 0;
      for_each_row_portion(stored, columns, [&](std::size_t row, std::size_t column, std::span<const float> part) {
        const auto size = static_cast<Eigen::Index>(part.size());
        sigma += u[row] * (doubles(part) * v.segment(static_cast<Eigen::Index>(column), size)).sum();
      });
      std::ranges::fill(factors, 1 / sigma);
    } else if (has(name + ".weight_g")) {
      const auto g = vector(name + ".weight_g", rows);
      std::vector<double> squares(rows);
      for_each_row_portion(stored, columns, [&](std::size_t row, std::size_t /*column*/, std::span<const float> part) {
        squares[row] += doubles(part).square().sum();
      });
      for (std::size_t row = 0; row < rows; ++row) factors[row] = g[row] / std::sqrt(squares[row]);
    }
    return factors;
  }

  const Checkpoint& checkpoint_;
  NormAfter norm_after_;
};

// "layers.3.0.0.weight_orig" -> "layers.3.0.0", for the tensors that identify a convolution.
std::optional<std::string> convolution_of(const std::string& name, const weights::Dimensions& shape) {
  if (shape.size() < 3) return {};
  for (const char* ending : {".weight_orig", ".weight_v", ".weight"}) {
    if (ends_with(name, ending)) return without(name, ending);
  }
  return {};
}

}  // namespace

std::size_t element_count(const weights::Dimensions& shape) {
  std::size_t count = 1;
  for (const std::int64_t dimension : shape) count *= static_cast<std::size_t>(dimension);
  return count;
}

std::vector<std::string> Checkpoint::names() const {
  std::set<std::string> all = unread;
  for (const auto& [name, shape] : shapes) all.insert(name);
  return {all.begin(), all.end()};
}

std::vector<float> values_of(const FoldedTensor& tensor) {
  std::vector<float> all;
  all.reserve(element_count(tensor.shape));
  tensor.write([&](std::span<const float> values) { all.insert(all.end(), values.begin(), values.end()); });
  return all;
}

std::vector<FoldedTensor> fold_norms(const Checkpoint& checkpoint, NormAfter norm_after) {
  const Folding folding(checkpoint, norm_after);
  std::map<std::string, FoldedTensor> result;
  const auto add = [&](const std::string& name, const weights::Dimensions& shape, std::vector<std::string> sources,
                       std::function<void(const Sink&)> write) {
    result[name] = {name, shape, std::move(sources), std::move(write)};
  };
  std::set<std::string> folded_norms;
  for (const auto& [name, shape] : checkpoint.shapes) {
    const auto convolution = convolution_of(name, shape);
    if (!convolution) continue;
    const std::string norm = norm_after(*convolution);
    if (!norm.empty()) folded_norms.insert(norm);
    add(*convolution + ".weight", shape, folding.weight_sources(*convolution),
        [folding, base = *convolution](const Sink& sink) { folding.write_convolution_weight(base, sink); });
    if (!norm.empty() || folding.has(*convolution + ".bias")) {
      add(*convolution + ".bias", {shape.front()}, folding.bias_sources(*convolution),
          [folding, base = *convolution](const Sink& sink) { sink(folding.convolution_bias(base)); });
    }
  }
  for (const auto& [name, shape] : checkpoint.shapes) {
    const std::size_t count = element_count(shape);
    if (ends_with(name, ".gamma")) {
      add(name, shape, {name}, [folding, name = name, count](const Sink& sink) { sink(folding.vector(name, count)); });
    }
    if (!ends_with(name, ".running_mean")) continue;
    const std::string norm = without(name, ".running_mean");
    if (folded_norms.contains(norm)) continue;
    const auto part = [folding, norm, count](std::vector<double> Folding::ScaleAndShift::*which, const Sink& sink) {
      const auto values = folding.norm(norm, count).*which;
      sink(std::vector<float>(values.begin(), values.end()));
    };
    const std::vector<std::string> parts = Folding::norm_parts(norm);
    add(norm + ".weight", shape, parts, [part](const Sink& sink) { part(&Folding::ScaleAndShift::scale, sink); });
    add(norm + ".bias", shape, parts, [part](const Sink& sink) { part(&Folding::ScaleAndShift::shift, sink); });
  }
  std::vector<FoldedTensor> tensors;
  tensors.reserve(result.size());
  for (auto& [name, tensor] : result) tensors.push_back(std::move(tensor));
  return tensors;
}

}  // namespace colourize::converter
