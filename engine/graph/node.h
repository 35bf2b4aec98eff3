// What the types of nodes in engine/graph/operations/ are told, and what a graph asks of them.
//
// Such a type holds a node's parameters. Pointers to weights are borrowed: whoever builds the graph keeps them alive.
// It has
//   kind                        what it is called, for people
//   inputs                      how many values it reads
//   Args                        the arguments of the operation that computes it
//   channels(InputChannels)     of its value, known without any size; throws Error where the inputs' do not fit
//   shape(InputShapes)          of its value; throws Error where the inputs' do not fit
//   multiplications(InputShapes, Shape)
//                               by the operation's definition, given the value's shape too; 0 where they do not count
//   args(Operands)              the arguments of a call
//   constants()                 only where the kernels read numbers a channel that are not in an epilogue
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <string>
#include <variant>
#include <vector>

#include "kernels/operations.h"

namespace colourize::graph {

// What a node computes; a node's number in its graph.
struct Value {
  int node = -1;

  // Of a node that exists: its place in lists of one element a node.
  std::size_t index() const { return static_cast<std::size_t>(node); }
  friend bool operator==(const Value&, const Value&) = default;
};

struct InputChannels {
  const std::string& name;  // the node's, for errors
  std::vector<std::int64_t> channels;

  std::int64_t operator[](std::size_t i) const { return channels[i]; }
};

struct InputShapes {
  const std::string& name;
  std::vector<kernels::Shape> shapes;

  const kernels::Shape& operator[](std::size_t i) const { return shapes[i]; }
  // What windows over the first input give. Throws Error where a window is larger than the padded input.
  kernels::Shape windows(std::int64_t channels, int kernel_h, int kernel_w, int stride,
                         const kernels::Padding& padding) const;
  // The shape that all inputs share, but for channels unless `channels_too`. Throws Error where they differ.
  kernels::Shape same_size(bool channels_too) const;
};

// What a step reads and writes, where it runs: views into the arena, or, while it is planned, of no memory.
struct Operands {
  std::vector<kernels::ConstView> inputs;  // the residual aside
  kernels::View output;
  kernels::Epilogue epilogue;  // what was fused after the operation; of a concatenation, `after` alone
  // Of concatenations: what was fused before it.
  std::array<kernels::Affine, 2> input_affines;
  bool upsample_first = false;
  kernels::ChannelOrder input_order = kernels::ChannelOrder::interleaved;  // of the first input
  kernels::ChannelOrder output_order = kernels::ChannelOrder::interleaved;
  std::vector<const float*> constants;  // of the node's constants(), in their order
  const kernels::PreparedConvolution* weights = nullptr;
  kernels::Workspace workspace;
};

// A node that an operation computes: all but the input.
template <class Node>
concept Computed = requires {
  typename Node::Args;
};

// The nodes that an operation computes: each file of engine/graph/operations/ says them, by the operation's arguments.
template <class... Nodes>
struct NodeTypes {};
template <class Args>
struct NodesOf;

// A variant of all types of some lists.
template <class... Lists>
struct Joined;
template <class... Nodes>
struct Joined<NodeTypes<Nodes...>> {
  using Variant = std::variant<Nodes...>;
};
template <class... First, class... Second, class... Rest>
struct Joined<NodeTypes<First...>, NodeTypes<Second...>, Rest...> : Joined<NodeTypes<First..., Second...>, Rest...> {};

}  // namespace colourize::graph
