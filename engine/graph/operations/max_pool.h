#pragma once

#include "engine/graph/node.h"
#include "kernels/operations/max_pool.h"

namespace colourize::graph {

struct MaxPool {
  static constexpr std::string_view kind = kernels::MaxPoolArgs::kind;
  static constexpr std::size_t inputs = 1;
  using Args = kernels::MaxPoolArgs;

  int kernel = 3;
  int stride = 2;
  kernels::Padding padding;

  static std::int64_t channels(const InputChannels& inputs) { return inputs[0]; }
  kernels::Shape shape(const InputShapes& inputs) const {
    return inputs.windows(inputs[0].c, kernel, kernel, stride, padding);
  }
  static double multiplications(const InputShapes& /*inputs*/, const kernels::Shape& /*output*/) { return 0; }
  Args args(const Operands& operands) const { return {operands.inputs[0], operands.output, kernel, stride, padding}; }
};

template <>
struct NodesOf<kernels::MaxPoolArgs> {
  using Types = NodeTypes<MaxPool>;
};

}  // namespace colourize::graph
