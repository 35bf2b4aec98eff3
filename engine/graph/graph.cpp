#include "engine/graph/graph.h"

#include <algorithm>
#include <array>
#include <utility>

#include "system/error.h"

namespace colourize::graph {

std::string_view kind_of(const Operation& operation) {
  static constexpr std::array<std::string_view, std::variant_size_v<Operation>> names{
      "input",    "convolution",    "activation",  "affine",         "add",           "max pool",
      "upsample", "resize nearest", "concatenate", "self-attention", "sigmoid range", "softmax"};
  return names.at(operation.index());
}

Value Graph::append(const std::string& name, const Operation& operation, std::vector<Value> inputs,
                    std::int64_t channels) {
  if (std::ranges::find(nodes_, name, &Node::name) != nodes_.end())
    throw Error(ErrorKind::damaged, name, "is the name of two layers");
  nodes_.push_back({name, operation, std::move(inputs)});
  channels_.push_back(channels);
  return {static_cast<int>(nodes_.size()) - 1};
}

Value Graph::input(std::int64_t channels) {
  return append("input", Input{channels}, {}, channels);
}

Value Graph::convolution(const std::string& name, Value x, const Convolution& parameters) {
  if (channels(x) != parameters.weights.in_channels) {
    throw Error(ErrorKind::damaged, name,
                "takes " + std::to_string(parameters.weights.in_channels) + " channels but gets " +
                    std::to_string(channels(x)));
  }
  return append(name, parameters, {x}, parameters.weights.out_channels);
}

Value Graph::relu(const std::string& name, Value x) {
  return append(name, Activation{kernels::Activation::relu}, {x}, channels(x));
}

Value Graph::relu6(const std::string& name, Value x) {
  return append(name, Activation{kernels::Activation::relu6}, {x}, channels(x));
}

Value Graph::affine(const std::string& name, Value x, const Affine& parameters) {
  if (channels(x) != std::ssize(parameters.scale) || parameters.scale.size() != parameters.shift.size()) {
    throw Error(
        ErrorKind::damaged, name,
        "has " + std::to_string(parameters.scale.size()) + " scales for " + std::to_string(channels(x)) + " channels");
  }
  return append(name, parameters, {x}, channels(x));
}

Value Graph::add(const std::string& name, Value x, Value y) {
  if (channels(x) != channels(y)) {
    throw Error(ErrorKind::damaged, name,
                "adds " + std::to_string(channels(x)) + " to " + std::to_string(channels(y)) + " channels");
  }
  return append(name, Add{}, {x, y}, channels(x));
}

Value Graph::max_pool(const std::string& name, Value x, const MaxPool& parameters) {
  return append(name, parameters, {x}, channels(x));
}

Value Graph::upsample(const std::string& name, Value x) {
  if (channels(x) % 4 != 0) {
    throw Error(ErrorKind::damaged, name,
                "needs four channels for each pixel's channel but gets " + std::to_string(channels(x)));
  }
  return append(name, Upsample{}, {x}, channels(x) / 4);
}

Value Graph::resize_nearest(const std::string& name, Value x, Value like) {
  return append(name, ResizeNearest{}, {x, like}, channels(x));
}

Value Graph::concatenate(const std::string& name, Value first, Value second) {
  return append(name, Concatenate{}, {first, second}, channels(first) + channels(second));
}

Value Graph::self_attention(const std::string& name, Value query, Value key, Value value, Value x, float gamma) {
  if (channels(query) != channels(key) || channels(value) != channels(x)) {
    throw Error(ErrorKind::damaged, name, "its query and key, or its value and input, differ in channels");
  }
  return append(name, SelfAttention{gamma}, {query, key, value, x}, channels(x));
}

Value Graph::sigmoid_range(const std::string& name, Value x, float low, float high) {
  return append(name, SigmoidRange{low, high}, {x}, channels(x));
}

Value Graph::softmax(const std::string& name, Value x, float temperature) {
  return append(name, Softmax{temperature}, {x}, channels(x));
}

Value Graph::find(const std::string& name) const {
  const auto found = std::ranges::find(nodes_, name, &Node::name);
  if (found == nodes_.end()) throw Error(ErrorKind::invalid, name, "is no layer of this network");
  return {static_cast<int>(found - nodes_.begin())};
}

}  // namespace colourize::graph
