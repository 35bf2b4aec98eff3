// A network as a list of nodes, each after those that it reads. Sizes are left open: a plan fixes them. A generator is
// a function that appends them from top to bottom, so that it reads as the network's description.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "engine/graph/node.h"
#include "engine/graph/operations/all.h"

namespace colourize::graph {

struct Input {
  static constexpr std::string_view kind = "input";
  static constexpr std::size_t inputs = 0;

  std::int64_t channels = 0;
};

// What a node is: the input, or one of the types in engine/graph/operations/, which hold its parameters.
using Operation = Joined<NodeTypes<Input>
#define COLOURIZE_OPERATION(name, Type) , NodesOf<kernels::Type##Args>::Types
#include "kernels/operations.def"
                         >::Variant;

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
  // A node that computes `operation` from these values, in the order that its type says. `name`: as Node has it. Throws
  // Error where the name is taken, or the inputs do not fit.
  Value append(const std::string& name, const Operation& operation, const std::vector<Value>& inputs);
  // What a run returns.
  void set_output(Value x) { output_ = x; }

  Value output() const { return output_; }
  const std::vector<Node>& nodes() const { return nodes_; }
  const Node& node(Value value) const { return nodes_[value.index()]; }
  // Throws Error when there is none of that name.
  Value find(const std::string& name) const;
  // Channels of a value: known without any size.
  std::int64_t channels(Value value) const { return channels_[value.index()]; }

 private:
  std::vector<Node> nodes_;
  std::vector<std::int64_t> channels_;
  Value output_;
};

}  // namespace colourize::graph
