#pragma once

#include <string>

#include "engine/graph/node.h"
#include "kernels/operations/attention.h"
#include "system/error.h"

namespace colourize::graph {

// Inputs: query, key and value. The value has the query's shape.
struct Attention {
  static constexpr std::string_view kind = kernels::AttentionArgs::kind;
  static constexpr std::size_t inputs = 3;
  using Args = kernels::AttentionArgs;

  int heads = 1;

  std::int64_t channels(const InputChannels& inputs) const {
    if (inputs[0] != inputs[1] || inputs[0] != inputs[2])
      throw Error(ErrorKind::damaged, inputs.name, "its query, key and value differ in channels");
    if (heads < 1 || inputs[0] % heads != 0) {
      throw Error(ErrorKind::damaged, inputs.name,
                  "cannot share " + std::to_string(inputs[0]) + " channels among " + std::to_string(heads) + " heads");
    }
    return inputs[0];
  }
  // Key and value must have the same positions, and the query as many pictures.
  static kernels::Shape shape(const InputShapes& inputs) {
    const InputShapes keys{.name = inputs.name, .shapes = {inputs[1], inputs[2]}};
    if (keys.same_size(/*channels_too=*/false).n != inputs[0].n) {
      throw Error(
          ErrorKind::damaged, inputs.name,
          "has queries of " + std::to_string(inputs[0].n) + " pictures and keys of " + std::to_string(inputs[1].n));
    }
    return inputs[0];
  }
  // Those of the logits and of the weighted values.
  static double multiplications(const InputShapes& inputs, const kernels::Shape& output) {
    const kernels::Shape& key = inputs[1];
    return static_cast<double>(output.pixels()) * static_cast<double>(key.h * key.w) * 2 *
           static_cast<double>(output.c);
  }
  Args args(const Operands& operands) const {
    return {.query = operands.inputs[0],
            .key = operands.inputs[1],
            .value = operands.inputs[2],
            .output = operands.output,
            .heads = heads,
            .workspace = operands.workspace};
  }
};

template <>
struct NodesOf<kernels::AttentionArgs> {
  using Types = NodeTypes<Attention>;
};

}  // namespace colourize::graph
