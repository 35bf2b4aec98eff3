// Reads a checkpoint's tensors for rules that fold layers into one another: small tensors whole, large ones in
// portions.
#pragma once

#include <algorithm>
#include <cstddef>
#include <span>
#include <string>
#include <vector>

#include "converter/folding.h"

namespace colourize::converter {

// y = x * scale[c] + shift[c].
struct ScaleAndShift {
  std::vector<double> scale;
  std::vector<double> shift;
};

class StoredTensors {
 public:
  // Borrows the checkpoint.
  explicit StoredTensors(const Checkpoint& checkpoint) : checkpoint_(checkpoint) {}

  bool has(const std::string& name) const { return checkpoint_.shapes.contains(name); }
  // Throws Error of the kind `damaged` where the checkpoint has no such tensor.
  const weights::Dimensions& shape(const std::string& name) const;

  // A small tensor, which must have `count` elements. Throws Error of the kind `damaged` where it has not.
  std::vector<float> vector(const std::string& name, std::size_t count) const;

  // A batch norm at inference: scale = weight / sqrt(running_var + 1e-5), shift = bias - running_mean scale.
  ScaleAndShift batch_norm(const std::string& name, std::size_t channels) const;
  // The tensors that batch_norm() reads.
  static std::vector<std::string> batch_norm_sources(const std::string& name);

  // The tensor that holds a layer's weights, whichever norm they have: NAME.weight_orig (spectral norm), NAME.weight_v
  // (weight norm) or NAME.weight.
  std::string stored_weight(const std::string& layer) const;
  // The factor by which spectral or weight norm multiplies each output channel's stored weights.
  std::vector<double> weight_factors(const std::string& layer) const;
  // The tensors that the two above read.
  std::vector<std::string> weight_sources(const std::string& layer) const;

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

 private:
  const Checkpoint& checkpoint_;
};

}  // namespace colourize::converter
