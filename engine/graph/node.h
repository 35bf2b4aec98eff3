// What a type of node must offer to the graph, and what it receives. The types are in engine/graph/operations/.
//
// Such a type holds a node's parameters. It borrows pointers to weights: the code that builds the graph keeps them
// alive. It has
//   kind                        its name, for people
//   inputs                      how many values it reads
//   Args                        the arguments of the operation that computes it
//   channels(InputChannels)     the channels of its value, known without any size; throws Error where the inputs do not
//                               fit
//   shape(InputShapes)          the shape of its value; throws Error where the inputs do not fit
//   multiplications(InputShapes, Shape)
//                               by the operation's definition; takes the value's shape too; 0 where they do not count
//   args(Operands)              the arguments of a call
//   constants()                 only where the kernels read per-channel numbers that are not in an epilogue
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <string>
#include <variant>
#include <vector>

#include "kernels/operations.h"

namespace colourize::graph {

// What a node computes, as the node's number in its graph.
struct Value {
  int node = -1;

  // The index into lists that have one element for each node. Only for a node that exists.
  std::size_t index() const { return static_cast<std::size_t>(node); }
  friend bool operator==(const Value&, const Value&) = default;
};

struct InputChannels {
  const std::string& name;  // the node's name, for errors
  std::vector<std::int64_t> channels;

  std::int64_t operator[](std::size_t i) const { return channels[i]; }
};

struct InputShapes {
  const std::string& name;
  std::vector<kernels::Shape> shapes;

  const kernels::Shape& operator[](std::size_t i) const { return shapes[i]; }
  // The shape that windows over the first input give. Throws Error where a window is larger than the padded input.
  kernels::Shape windows(std::int64_t channels, int kernel_h, int kernel_w, int stride,
                         const kernels::Padding& padding) const;
  // The shape that all inputs share; `channels_too` says whether their channels must agree. Throws Error where they
  // differ.
  kernels::Shape same_size(bool channels_too) const;
};

// What a step reads and writes when it runs: views into the arena. While it is planned, the views point to no memory.
struct Operands {
  std::vector<kernels::ConstView> inputs;  // all except the residual
  kernels::View output;
  kernels::Epilogue epilogue;  // what was fused after the operation; a concatenation has `after` only
  // Concatenations only: what was fused before it.
  std::array<kernels::Affine, 2> input_affines;
  bool upsample_first = false;
  kernels::ChannelOrder input_order = kernels::ChannelOrder::interleaved;  // of the first input
  kernels::ChannelOrder output_order = kernels::ChannelOrder::interleaved;
  std::vector<const float*> constants;  // the node's constants(), in their order
  const kernels::PreparedConvolution* weights = nullptr;
  kernels::Workspace workspace;
};

// A node that an operation computes: every node except the input.
template <class Node>
concept Computed = requires {
  typename Node::Args;
};

// The nodes that an operation computes. Each file of engine/graph/operations/ lists them for its operation's arguments.
template <class... Nodes>
struct NodeTypes {};
template <class Args>
struct NodesOf;

// A variant of all types in some lists.
template <class... Lists>
struct Joined;
template <class... Nodes>
struct Joined<NodeTypes<Nodes...>> {
  using Variant = std::variant<Nodes...>;
};
template <class... First, class... Second, class... Rest>
struct Joined<NodeTypes<First...>, NodeTypes<Second...>, Rest...> : Joined<NodeTypes<First..., Second...>, Rest...> {};

}  // namespace colourize::graph
