#pragma once

#include "engine/graph/node.h"
#include "kernels/operations/sigmoid_range.h"

namespace colourize::graph {

struct SigmoidRange {
  static constexpr std::string_view kind = kernels::SigmoidRangeArgs::kind;
  static constexpr std::size_t inputs = 1;
  using Args = kernels::SigmoidRangeArgs;

  float low = 0;
  float high = 1;

  static std::int64_t channels(const InputChannels& inputs) { return inputs[0]; }
  static kernels::Shape shape(const InputShapes& inputs) { return inputs[0]; }
  static double multiplications(const InputShapes& /*inputs*/, const kernels::Shape& /*output*/) { return 0; }
  Args args(const Operands& operands) const { return {operands.inputs[0], operands.output, low, high}; }
};

template <>
struct NodesOf<kernels::SigmoidRangeArgs> {
  using Types = NodeTypes<SigmoidRange>;
};

}  // namespace colourize::graph
