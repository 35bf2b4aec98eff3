#pragma once

#include "engine/graph/node.h"
#include "kernels/operations/softmax.h"

namespace colourize::graph {

struct Softmax {
  static constexpr std::string_view kind = kernels::SoftmaxArgs::kind;
  static constexpr std::size_t inputs = 1;
  using Args = kernels::SoftmaxArgs;

  float temperature = 1;

  static std::int64_t channels(const InputChannels& inputs) { return inputs[0]; }
  static kernels::Shape shape(const InputShapes& inputs) { return inputs[0]; }
  static bool is_pixel_by_pixel() { return true; }
  static double multiplications(const InputShapes& /*inputs*/, const kernels::Shape& /*output*/) { return 0; }
  Args args(const Operands& operands) const { return {operands.inputs[0], operands.output, temperature}; }
};

template <>
struct NodesOf<kernels::SoftmaxArgs> {
  using Types = NodeTypes<Softmax>;
};

}  // namespace colourize::graph
