#include "engine/generators/layers.h"

#include <span>
#include <utility>

#include "system/error.h"

namespace colourize::generators {
namespace {

using weights::to_string;

// No generator has more; keeps a hostile shape from overflowing anything.
constexpr std::int64_t largest_kernel = 1024;

// Weights that stay in a mapped file, or in memory that this keeps alive.
class StoredWeights final : public kernels::WeightMemory {
 public:
  explicit StoredWeights(std::shared_ptr<const weights::Weights> weights) : weights_(std::move(weights)) {}
  void release(std::span<const std::byte> part) const override { weights_->release(part); }

 private:
  std::shared_ptr<const weights::Weights> weights_;
};

kernels::ConvolutionWeights convolution_weights(const weights::Weights& weights, const std::string& name, int groups) {
  const weights::Dimensions& shape = weights.shape(name + ".weight");
  const bool one_dimensional = shape.size() == 3 && shape[2] == 1;
  bool sound = shape.size() == 4 || one_dimensional;
  for (std::size_t i = 0; i < shape.size(); ++i)
    sound = sound && shape[i] >= 1 && (i < 2 || shape[i] <= largest_kernel);
  if (!sound || shape[0] % groups != 0) {
    throw Error(ErrorKind::damaged, weights.source(),
                "tensor '" + name + ".weight' of " + to_string(shape) + " is not a convolution's");
  }
  // Not checked here, because these weights are nearly the whole of a mapped file that is not read yet. The executor
  // checks each layer's weights before the layer first runs.
  const std::span<const std::uint16_t> halves = weights.halves(name + ".weight");
  const bool half = !halves.empty();
  kernels::ConvolutionWeights result{.weight = half ? nullptr : weights.unchecked_values(name + ".weight").data(),
                                     .half_weight = half ? halves.data() : nullptr,
                                     .out_channels = shape[0],
                                     .in_channels = shape[1] * groups,
                                     .kernel_h = static_cast<int>(shape[2]),
                                     .kernel_w = one_dimensional ? 1 : static_cast<int>(shape[3]),
                                     .groups = groups};
  if (weights.contains(name + ".bias")) result.bias = weights.values(name + ".bias", {shape[0]}).data();
  return result;
}

}  // namespace

Layers::Layers(graph::Graph& graph, const weights::Weights& weights)
    : graph_(graph), weights_(weights), memory_(std::make_shared<StoredWeights>(weights.shared_from_this())) {}

Value Layers::convolution(const std::string& name, Value x, const ConvolutionOptions& options) {
  graph::Convolution parameters{
      .weights = convolution_weights(weights_, name, options.groups), .stride = options.stride, .padding = {}};
  parameters.weights.memory = memory_;
  if (options.padding) {
    parameters.padding = *options.padding;
  } else {
    const int rows = (parameters.weights.kernel_h - 1) / 2;
    const int columns = (parameters.weights.kernel_w - 1) / 2;
    parameters.padding = {.top = rows, .bottom = rows, .left = columns, .right = columns};
  }
  return graph_.append(name, parameters, {x});
}

Value Layers::depthwise(const std::string& name, Value x, ConvolutionOptions options) {
  options.groups = static_cast<int>(graph_.channels(x));
  return convolution(name, x, options);
}

Value Layers::affine(const std::string& name, Value x) {
  const weights::Dimensions channels{graph_.channels(x)};
  return graph_.append(
      name, graph::Affine{weights_.values(name + ".weight", channels), weights_.values(name + ".bias", channels)}, {x});
}

Value Layers::layer_norm(const std::string& name, Value x, float epsilon) {
  const weights::Dimensions channels{graph_.channels(x)};
  return graph_.append(name,
                       graph::LayerNorm{.scale = weights_.values(name + ".weight", channels),
                                        .shift = weights_.values(name + ".bias", channels),
                                        .epsilon = epsilon},
                       {x});
}

Value Layers::standardise(const std::string& name, Value x, float epsilon) {
  return graph_.append(name, graph::LayerNorm{.scale = {}, .shift = {}, .epsilon = epsilon}, {x});
}

Value Layers::constant(const std::string& name) {
  const std::string tensor = name + ".weight";
  const weights::Dimensions& shape = weights_.shape(tensor);
  if (shape.size() != 2 || shape[0] < 1 || shape[1] < 1) {
    throw Error(ErrorKind::damaged, weights_.source(),
                "tensor '" + tensor + "' of " + to_string(shape) + " is not a list of vectors");
  }
  return graph_.append(
      name,
      graph::Constant{.numbers = weights_.values(tensor, shape), .positions = shape[0], .channel_count = shape[1]}, {});
}

Value Layers::self_attention(const std::string& name, Value x) {
  const Value query = convolution(name + ".query", x);
  const Value key = convolution(name + ".key", x);
  const Value value = convolution(name + ".value", x);
  return graph_.append(name, graph::SelfAttention{weights_.values(name + ".gamma", {1})[0]}, {query, key, value, x});
}

Value Layers::upsample(const std::string& name, const std::string& convolution_name, Value x) {
  x = convolution(convolution_name, x);
  x = graph_.append(name + ".relu", graph::relu, {x});
  return graph_.append(name, graph::Upsample{}, {x});
}

}  // namespace colourize::generators
