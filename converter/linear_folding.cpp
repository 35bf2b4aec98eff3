#include "converter/linear_folding.h"

#include <utility>

namespace colourize::converter {
namespace {

class Folded {
 public:
  Folded(const StoredTensors& tensors, LinearLayer layer)
      : tensors_(tensors),
        layer_(std::move(layer)),
        stored_(layer_.weight ? *layer_.weight : tensors.stored_weight(layer_.stored)) {
    const weights::Dimensions& shape = tensors_.shape(stored_);
    stored_rows_ = static_cast<std::size_t>(shape.front());
    inputs_ = static_cast<std::size_t>(shape.at(1));
    window_ = element_count(shape) / stored_rows_ / inputs_;
    if (layer_.rows == 0) layer_.rows = stored_rows_;
    shape_ = {static_cast<std::int64_t>(layer_.rows), shape.at(1), 1, 1};
    std::copy(shape.begin() + 2, shape.end(), shape_.begin() + 2);
  }

  const weights::Dimensions& shape() const { return shape_; }

  std::vector<std::string> weight_sources() const {
    std::vector<std::string> all = stored_sources();
    append(all, layer_.input.sources);
    append(all, layer_.output.sources);
    return all;
  }
  std::vector<std::string> bias_sources() const {
    std::vector<std::string> all = layer_.output.sources;
    if (layer_.bias) all.push_back(*layer_.bias);
    if (layer_.input.values) {
      append(all, layer_.input.sources);
      append(all, stored_sources());
    }
    return all;
  }

  void write_weight(const Sink& sink) const {
    const std::vector<double> factors = weight_factors();
    const ScaleAndShift input = values_of(layer_.input);
    const ScaleAndShift output = values_of(layer_.output);
    for_each_part([&](std::size_t row, std::size_t column, std::span<float> part) {
      double factor = factors[layer_.first_row + row];
      if (!output.scale.empty()) factor *= output.scale[row];
      for (float& value : part) {
        const double scale = input.scale.empty() ? 1 : input.scale[column / window_];
        value = static_cast<float>(value * factor * scale);
        ++column;
      }
      sink(part);
    });
  }

  void write_bias(const Sink& sink) const {
    std::vector<double> sums(layer_.rows);
    if (layer_.input.values) {
      const std::vector<double> factors = weight_factors();
      const ScaleAndShift input = values_of(layer_.input);
      for_each_part([&](std::size_t row, std::size_t column, std::span<const float> part) {
        for (const float value : part) {
          sums[row] += value * factors[layer_.first_row + row] * input.shift[column++ / window_];
        }
      });
    }
    if (layer_.bias) {
      const std::vector<float> stored = tensors_.vector(*layer_.bias, stored_rows_);
      for (std::size_t row = 0; row < layer_.rows; ++row) sums[row] += stored[layer_.first_row + row];
    }
    const ScaleAndShift output = values_of(layer_.output);
    std::vector<float> bias(layer_.rows);
    for (std::size_t row = 0; row < layer_.rows; ++row) {
      const double folded = output.scale.empty() ? sums[row] : sums[row] * output.scale[row] + output.shift[row];
      bias[row] = static_cast<float>(folded);
    }
    sink(bias);
  }

 private:
  static void append(std::vector<std::string>& all, const std::vector<std::string>& more) {
    all.insert(all.end(), more.begin(), more.end());
  }
  static ScaleAndShift values_of(const ChannelAffine& affine) {
    return affine.values ? affine.values() : ScaleAndShift{};
  }

  std::vector<std::string> stored_sources() const {
    return layer_.weight ? std::vector{*layer_.weight} : tensors_.weight_sources(layer_.stored);
  }
  std::vector<double> weight_factors() const {
    return layer_.weight ? std::vector<double>(stored_rows_, 1) : tensors_.weight_factors(layer_.stored);
  }

  // Calls visit(row, column, values) with one portion of one of the layer's rows after another; rows begin at 0.
  template <typename Visit>
  void for_each_part(const Visit& visit) const {
    tensors_.for_each_row_portion(stored_, inputs_ * window_,
                                  [&](std::size_t row, std::size_t column, std::span<float> part) {
                                    if (row < layer_.first_row || row >= layer_.first_row + layer_.rows) return;
                                    visit(row - layer_.first_row, column, part);
                                  });
  }

  StoredTensors tensors_;
  LinearLayer layer_;
  std::string stored_;
  std::size_t stored_rows_ = 0;
  std::size_t inputs_ = 0;
  std::size_t window_ = 0;  // numbers of one input channel in a row
  weights::Dimensions shape_;
};

}  // namespace

void append_linear(const StoredTensors& tensors, const LinearLayer& layer, std::vector<FoldedTensor>& result) {
  const Folded folded(tensors, layer);
  result.push_back({layer.name + ".weight", folded.shape(), folded.weight_sources(),
                    [folded](const Sink& sink) { folded.write_weight(sink); }});
  if (!layer.has_bias) return;
  result.push_back({layer.name + ".bias", {folded.shape().front()}, folded.bias_sources(), [folded](const Sink& sink) {
                      folded.write_bias(sink);
                    }});
}

}  // namespace colourize::converter
