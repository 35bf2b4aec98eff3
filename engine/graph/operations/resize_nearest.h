#pragma once

#include "engine/graph/node.h"
#include "kernels/operations/resize_nearest.h"

namespace colourize::graph {

// Resizes the first input to the height and width of the second. Fusion removes the step where they are equal.
struct ResizeNearest {
  static constexpr std::string_view kind = kernels::ResizeNearestArgs::kind;
  static constexpr std::size_t inputs = 2;
  using Args = kernels::ResizeNearestArgs;

  static std::int64_t channels(const InputChannels& inputs) { return inputs[0]; }
  static kernels::Shape shape(const InputShapes& inputs) {
    return {inputs[0].n, inputs[1].h, inputs[1].w, inputs[0].c};
  }
  static double multiplications(const InputShapes& /*inputs*/, const kernels::Shape& /*output*/) { return 0; }
  static Args args(const Operands& operands) { return {operands.inputs[0], operands.output}; }
};

template <>
struct NodesOf<kernels::ResizeNearestArgs> {
  using Types = NodeTypes<ResizeNearest>;
};

}  // namespace colourize::graph
