// A network as a list of nodes, each after those that it reads. Sizes are left open: a plan fixes them. A generator is
// a function that calls the methods below from top to bottom, so that it reads as the network's description.
#pragma once

#include <cstdint>
#include <functional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

#include "kernels/ops.h"

namespace colourize::graph {

// What a node computes; a node's number in its graph.
struct Value {
  int node = -1;

  // Of a node that exists: its place in lists of one element a node.
  std::size_t index() const { return static_cast<std::size_t>(node); }
  friend bool operator==(const Value&, const Value&) = default;
};

// The kinds of nodes and their parameters. Pointers to weights are borrowed: whoever builds the graph keeps them alive.
struct Input {
  std::int64_t channels = 0;
};
struct Convolution {
  kernels::ConvolutionWeights weights;
  int stride = 1;
  kernels::Padding padding;
};
struct Activation {
  kernels::Activation kind = kernels::Activation::relu;
};
struct Affine {
  std::span<const float> scale;
  std::span<const float> shift;
};
struct Add {};  // of two inputs of one shape
struct MaxPool {
  int kernel = 3;
  int stride = 2;
  kernels::Padding padding;
};
struct Upsample {};
struct ResizeNearest {};  // the first input, to the height and width of the second; drops out where they are equal
struct Concatenate {};    // of two inputs
struct SelfAttention {    // of query, key, value and x
  float gamma = 0;
};
struct SigmoidRange {
  float low = 0;
  float high = 1;
};
struct Softmax {
  float temperature = 1;
};

using Operation = std::variant<Input, Convolution, Activation, Affine, Add, MaxPool, Upsample, ResizeNearest,
                               Concatenate, SelfAttention, SigmoidRange, Softmax>;

// "convolution", "max pool", ...: for messages and tables.
std::string_view kind_of(const Operation& operation);

struct Node {
  std::string name;  // unique in its graph; for nodes with weights, the checkpoint's name of them
  Operation operation;
  std::vector<Value> inputs;
};

class Graph {
 public:
  // A graph has one input, made first.
  Value input(std::int64_t channels);
  Value convolution(const std::string& name, Value x, const Convolution& parameters);
  Value relu(const std::string& name, Value x);
  Value relu6(const std::string& name, Value x);
  Value affine(const std::string& name, Value x, const Affine& parameters);
  Value add(const std::string& name, Value x, Value y);
  Value max_pool(const std::string& name, Value x, const MaxPool& parameters);
  Value upsample(const std::string& name, Value x);
  Value resize_nearest(const std::string& name, Value x, Value like);
  Value concatenate(const std::string& name, Value first, Value second);
  Value self_attention(const std::string& name, Value query, Value key, Value value, Value x, float gamma);
  Value sigmoid_range(const std::string& name, Value x, float low, float high);
  Value softmax(const std::string& name, Value x, float temperature);
  // What a run returns.
  void set_output(Value x) { output_ = x; }
  // To be told of weights that a backend has repacked: they are not read any more, unless another plan is made.
  void set_on_repacked(std::function<void(std::span<const float>)> told) { on_repacked_ = std::move(told); }

  Value output() const { return output_; }
  void repacked(std::span<const float> weights) const {
    if (on_repacked_) on_repacked_(weights);
  }
  const std::vector<Node>& nodes() const { return nodes_; }
  const Node& node(Value value) const { return nodes_[value.index()]; }
  // Throws Error when there is none of that name.
  Value find(const std::string& name) const;
  // Channels of a value: known without any size.
  std::int64_t channels(Value value) const { return channels_[value.index()]; }

 private:
  Value append(const std::string& name, const Operation& operation, std::vector<Value> inputs, std::int64_t channels);

  std::vector<Node> nodes_;
  std::vector<std::int64_t> channels_;
  Value output_;
  std::function<void(std::span<const float>)> on_repacked_;
};

}  // namespace colourize::graph
