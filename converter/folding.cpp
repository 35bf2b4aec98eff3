#include "converter/folding.h"

#include <algorithm>
#include <optional>
#include <set>

#include "converter/stored_tensors.h"

namespace colourize::converter {
namespace {

bool ends_with(const std::string& text, std::string_view ending) {
  return text.ends_with(ending);
}

std::string without(const std::string& text, std::string_view ending) {
  return text.substr(0, text.size() - ending.size());
}

using NormAfter = std::string (*)(const std::string& convolution);

class Folding {
 public:
  Folding(const Checkpoint& checkpoint, NormAfter norm_after) : tensors_(checkpoint), norm_after_(norm_after) {}

  const StoredTensors& tensors() const { return tensors_; }

  // A convolution's weights as the trained network used them: the stored ones, times a factor for each output channel.
  void write_convolution_weight(const std::string& name, const Sink& sink) const {
    const std::string stored = tensors_.stored_weight(name);
    const auto rows = static_cast<std::size_t>(tensors_.shape(stored).front());
    const std::size_t columns = element_count(tensors_.shape(stored)) / rows;
    std::vector<double> factors = tensors_.weight_factors(name);
    const std::string norm_name = norm_after_(name);
    if (!norm_name.empty()) {
      const ScaleAndShift folded = tensors_.batch_norm(norm_name, rows);
      for (std::size_t row = 0; row < rows; ++row) factors[row] *= folded.scale[row];
    }
    tensors_.for_each_portion(stored, [&](std::size_t first, std::span<float> values) {
      StoredTensors::split_into_rows(first, values, columns,
                                     [&](std::size_t row, std::size_t /*column*/, std::span<float> part) {
                                       const double factor = factors[row];
                                       for (float& value : part) value = static_cast<float>(value * factor);
                                     });
      sink(values);
    });
  }

  std::vector<float> convolution_bias(const std::string& name) const {
    const auto rows = static_cast<std::size_t>(tensors_.shape(tensors_.stored_weight(name)).front());
    const std::string norm_name = norm_after_(name);
    if (norm_name.empty()) return tensors_.vector(name + ".bias", rows);
    const ScaleAndShift folded = tensors_.batch_norm(norm_name, rows);
    const std::vector<float> own =
        tensors_.has(name + ".bias") ? tensors_.vector(name + ".bias", rows) : std::vector<float>(rows);
    std::vector<float> bias(rows);
    for (std::size_t row = 0; row < rows; ++row) {
      bias[row] = static_cast<float>(own[row] * folded.scale[row] + folded.shift[row]);
    }
    return bias;
  }

  // The tensors from which a convolution's weight and bias are computed.
  std::vector<std::string> weight_sources(const std::string& name) const {
    std::vector<std::string> sources = norm_sources(name);
    for (std::string& source : tensors_.weight_sources(name)) sources.push_back(std::move(source));
    return sources;
  }
  std::vector<std::string> bias_sources(const std::string& name) const {
    std::vector<std::string> sources = norm_sources(name);
    if (tensors_.has(name + ".bias")) sources.push_back(name + ".bias");
    return sources;
  }

 private:
  std::vector<std::string> norm_sources(const std::string& name) const {
    const std::string norm = norm_after_(name);
    return norm.empty() ? std::vector<std::string>() : StoredTensors::batch_norm_sources(norm);
  }

  StoredTensors tensors_;
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
    if (!norm.empty() || folding.tensors().has(*convolution + ".bias")) {
      add(*convolution + ".bias", {shape.front()}, folding.bias_sources(*convolution),
          [folding, base = *convolution](const Sink& sink) { sink(folding.convolution_bias(base)); });
    }
  }
  for (const auto& [name, shape] : checkpoint.shapes) {
    const std::size_t count = element_count(shape);
    if (ends_with(name, ".gamma")) {
      add(name, shape, {name},
          [folding, name = name, count](const Sink& sink) { sink(folding.tensors().vector(name, count)); });
    }
    if (!ends_with(name, ".running_mean")) continue;
    const std::string norm = without(name, ".running_mean");
    if (folded_norms.contains(norm)) continue;
    const auto part = [folding, norm, count](std::vector<double> ScaleAndShift::*which, const Sink& sink) {
      const auto values = folding.tensors().batch_norm(norm, count).*which;
      sink(std::vector<float>(values.begin(), values.end()));
    };
    const std::vector<std::string> parts = StoredTensors::batch_norm_sources(norm);
    add(norm + ".weight", shape, parts, [part](const Sink& sink) { part(&ScaleAndShift::scale, sink); });
    add(norm + ".bias", shape, parts, [part](const Sink& sink) { part(&ScaleAndShift::shift, sink); });
  }
  std::vector<FoldedTensor> tensors;
  tensors.reserve(result.size());
  for (auto& [name, tensor] : result) tensors.push_back(std::move(tensor));
  return tensors;
}

}  // namespace colourize::converter
