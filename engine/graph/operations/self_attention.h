#pragma once

#include <string>

#include "engine/graph/node.h"
#include "kernels/operations/self_attention.h"
#include "system/error.h"

namespace colourize::graph {

// Inputs: query, key, value and x.
struct SelfAttention {
  static constexpr std::string_view kind = kernels::SelfAttentionArgs::kind;
  static constexpr std::size_t inputs = 4;
  using Args = kernels::SelfAttentionArgs;

  float gamma = 0;

  static std::int64_t channels(const InputChannels& inputs) {
    if (inputs[0] != inputs[1] || inputs[2] != inputs[3])
      throw Error(ErrorKind::damaged, inputs.name, "its query and key, or its value and input, differ in channels");
    return inputs[3];
  }
  static kernels::Shape shape(const InputShapes& inputs) {
    inputs.same_size(/*channels_too=*/false);
    return inputs[3];
  }
  // Those of the scores and of the weighted values.
  static double multiplications(const InputShapes& inputs, const kernels::Shape& output) {
    const kernels::Shape& query = inputs[0];
    const auto positions = static_cast<double>(query.h * query.w);
    return static_cast<double>(query.n) * positions * positions * static_cast<double>(query.c + output.c);
  }
  Args args(const Operands& operands) const {
    return {.query = operands.inputs[0],
            .key = operands.inputs[1],
            .value = operands.inputs[2],
            .input = operands.inputs[3],
            .output = operands.output,
            .gamma = gamma,
            .workspace = operands.workspace};
  }
};

template <>
struct NodesOf<kernels::SelfAttentionArgs> {
  using Types = NodeTypes<SelfAttention>;
};

}  // namespace colourize::graph
