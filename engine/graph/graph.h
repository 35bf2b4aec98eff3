// A network as a list of nodes, each after the nodes that it reads. The graph leaves sizes open; a plan fixes them. A
// generator is a function that appends its nodes from top to bottom, so that it reads like a description of the
// network.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "engine/graph/constant.h"
#include "engine/graph/node.h"
#include "engine/graph/operations/all.h"

namespace colourize::graph {

struct Input {
  static constexpr std::string_view kind = "input";
  static constexpr std::size_t inputs = 0;

  std::int64_t channels = 0;
};

// What a node is: the input, a constant, or one of the types in engine/graph/operations/, which hold a node's
// parameters.
using Operation = Joined<NodeTypes<Input, Constant, PositionCode>
#define COLOURIZE_OPERATION(name, Type) , NodesOf<kernels::Type##Args>::Types
#include "kernels/operations.def"
                         >::Variant;

// A name such as "convolution" or "max pool", for messages and tables.
std::string_view kind_of(const Operation& operation);

// True for an upsampling that a concatenation can do on its way, and that can take the planar order of channels.
bool is_upsampling_by_2(const Operation& operation);

struct Node {
  std::string name;  // unique in its graph; for a node with weights, the weights' name in the checkpoint
  Operation operation;
  std::vector<Value> inputs;
};

class Graph {
 public:
  // Adds the input. A graph has one, and it comes first.
  Value input(std::int64_t channels);
  // Adds a node that computes `operation` from these values, in the order that the operation's type defines. `name` is
  // Node::name. Throws Error where the name exists already, or where the inputs do not fit.
  Value append(const std::string& name, const Operation& operation, const std::vector<Value>& inputs);
  // Chooses the value that a run returns.
  void set_output(Value x) { output_ = x; }

  Value output() const { return output_; }
  const std::vector<Node>& nodes() const { return nodes_; }
  const Node& node(Value value) const { return nodes_[value.index()]; }
  // Throws Error when no node has this name.
  Value find(const std::string& name) const;
  // A value's channels, which are known without any size.
  std::int64_t channels(Value value) const { return channels_[value.index()]; }

 private:
  std::vector<Node> nodes_;
  std::vector<std::int64_t> channels_;
  Value output_;
};

}  // namespace colourize::graph
