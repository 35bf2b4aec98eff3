#pragma once

#include "engine/graph/node.h"
#include "kernels/operations/concatenate.h"

namespace colourize::graph {

struct Concatenate {
  static constexpr std::string_view kind = kernels::ConcatenateArgs::kind;
  static constexpr std::size_t inputs = 2;
  using Args = kernels::ConcatenateArgs;

  static std::int64_t channels(const InputChannels& inputs) { return inputs[0] + inputs[1]; }
  static kernels::Shape shape(const InputShapes& inputs) {
    kernels::Shape shape = inputs.same_size(/*channels_too=*/false);
    shape.c = inputs[0].c + inputs[1].c;
    return shape;
  }
  static double multiplications(const InputShapes& /*inputs*/, const kernels::Shape& /*output*/) { return 0; }
  static Args args(const Operands& operands) {
    return {.inputs = {operands.inputs[0], operands.inputs[1]},
            .affines = operands.input_affines,
            .activation = operands.epilogue.after,
            .output = operands.output,
            .upsample_first = operands.upsample_first,
            .order = operands.input_order};
  }
};

template <>
struct NodesOf<kernels::ConcatenateArgs> {
  using Types = NodeTypes<Concatenate>;
};

}  // namespace colourize::graph
