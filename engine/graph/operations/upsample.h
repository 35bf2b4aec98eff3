#pragma once

#include <string>

#include "engine/graph/node.h"
#include "kernels/operations/upsample.h"
#include "system/error.h"

namespace colourize::graph {

struct Upsample {
  static constexpr std::string_view kind = kernels::UpsampleArgs::kind;
  static constexpr std::size_t inputs = 1;
  using Args = kernels::UpsampleArgs;

  static std::int64_t channels(const InputChannels& inputs) {
    if (inputs[0] % 4 != 0) {
      throw Error(ErrorKind::damaged, inputs.name,
                  "needs four channels for each pixel's channel but gets " + std::to_string(inputs[0]));
    }
    return inputs[0] / 4;
  }
  static kernels::Shape shape(const InputShapes& inputs) {
    const kernels::Shape& x = inputs[0];
    return {x.n, 2 * x.h, 2 * x.w, x.c / 4};
  }
  static double multiplications(const InputShapes& /*inputs*/, const kernels::Shape& /*output*/) { return 0; }
  static Args args(const Operands& operands) { return {operands.inputs[0], operands.output, operands.input_order}; }
};

template <>
struct NodesOf<kernels::UpsampleArgs> {
  using Types = NodeTypes<Upsample>;
};

}  // namespace colourize::graph
