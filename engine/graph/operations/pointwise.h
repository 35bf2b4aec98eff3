// The nodes that are only an epilogue. Each joins the step before it where that has a place for it (fusion.h);
// otherwise it becomes a pointwise step of its own.
#pragma once

#include <span>
#include <string>
#include <string_view>
#include <type_traits>

#include "engine/graph/node.h"
#include "kernels/operations/pointwise.h"
#include "system/error.h"

namespace colourize::graph {

// What they share: fusion has found the arguments, whichever node they come from. begin() adds the node to a step
// (fusion.h) that has its inputs and nothing else yet.
struct Pointwise {
  using Args = kernels::PointwiseArgs;
  static Args args(const Operands& operands) { return {operands.inputs[0], operands.output, operands.epilogue}; }
};

template <class Node>
concept PointwiseNode = Computed<Node> && std::is_same_v<typename Node::Args, Pointwise::Args>;

struct Activation {
  static constexpr std::string_view kind = "activation";
  static constexpr std::size_t inputs = 1;
  using Args = Pointwise::Args;

  kernels::Activation function = kernels::Activation::relu;

  static std::int64_t channels(const InputChannels& inputs) { return inputs[0]; }
  static kernels::Shape shape(const InputShapes& inputs) { return inputs[0]; }
  static double multiplications(const InputShapes& /*inputs*/, const kernels::Shape& /*output*/) { return 0; }
  static Args args(const Operands& operands) { return Pointwise::args(operands); }
  void begin(auto& step) const { step.before = function; }
};
inline constexpr Activation relu{kernels::Activation::relu};
inline constexpr Activation relu6{kernels::Activation::relu6};
inline constexpr Activation gelu{kernels::Activation::gelu};

// A scale and a shift for each channel.
struct Affine {
  static constexpr std::string_view kind = "affine";
  static constexpr std::size_t inputs = 1;
  using Args = Pointwise::Args;

  std::span<const float> scale;
  std::span<const float> shift;

  std::int64_t channels(const InputChannels& inputs) const {
    if (inputs[0] != std::ssize(scale) || scale.size() != shift.size()) {
      throw Error(ErrorKind::damaged, inputs.name,
                  "has " + std::to_string(scale.size()) + " scales for " + std::to_string(inputs[0]) + " channels");
    }
    return inputs[0];
  }
  static kernels::Shape shape(const InputShapes& inputs) { return inputs[0]; }
  static double multiplications(const InputShapes& /*inputs*/, const kernels::Shape& /*output*/) { return 0; }
  static Args args(const Operands& operands) { return Pointwise::args(operands); }
  void begin(auto& step) const { step.affine = *this; }
};

// The sum of two inputs with the same shape.
struct Add {
  static constexpr std::string_view kind = "add";
  static constexpr std::size_t inputs = 2;
  using Args = Pointwise::Args;

  static std::int64_t channels(const InputChannels& inputs) {
    if (inputs[0] != inputs[1]) {
      throw Error(ErrorKind::damaged, inputs.name,
                  "adds " + std::to_string(inputs[0]) + " to " + std::to_string(inputs[1]) + " channels");
    }
    return inputs[0];
  }
  static kernels::Shape shape(const InputShapes& inputs) { return inputs.same_size(/*channels_too=*/true); }
  static double multiplications(const InputShapes& /*inputs*/, const kernels::Shape& /*output*/) { return 0; }
  static Args args(const Operands& operands) { return Pointwise::args(operands); }
  static void begin(auto& step) {
    step.residual = step.inputs[1];
    step.inputs.pop_back();
  }
};

template <>
struct NodesOf<kernels::PointwiseArgs> {
  using Types = NodeTypes<Activation, Affine, Add>;
};

}  // namespace colourize::graph
