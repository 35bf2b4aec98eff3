#pragma once

#include <string>

#include "engine/graph/node.h"
#include "kernels/operations/upsample.h"
#include "system/error.h"

namespace colourize::graph {

// By a pixel shuffle and a 2x2 mean.
struct Upsample {
  static constexpr std::string_view kind = kernels::UpsampleArgs::kind;
  static constexpr std::size_t inputs = 1;
  using Args = kernels::UpsampleArgs;

  int factor = 2;  // 2 or 4

  std::int64_t channels(const InputChannels& inputs) const {
    if (factor != 2 && factor != 4) {
      throw Error(ErrorKind::invalid, inputs.name, "upsamples by " + std::to_string(factor) + ", not by 2 or 4");
    }
    const int pixels = factor * factor;
    if (inputs[0] % pixels != 0) {
      throw Error(ErrorKind::damaged, inputs.name,
                  "needs " + std::to_string(pixels) + " channels for each pixel's channel but gets " +
                      std::to_string(inputs[0]));
    }
    return inputs[0] / pixels;
  }
  kernels::Shape shape(const InputShapes& inputs) const {
    const kernels::Shape& x = inputs[0];
    return {x.n, factor * x.h, factor * x.w, x.c / (std::int64_t{factor} * factor)};
  }
  static double multiplications(const InputShapes& /*inputs*/, const kernels::Shape& /*output*/) { return 0; }
  Args args(const Operands& operands) const {
    return {.input = operands.inputs[0], .output = operands.output, .order = operands.input_order, .factor = factor};
  }
};

template <>
struct NodesOf<kernels::UpsampleArgs> {
  using Types = NodeTypes<Upsample>;
};

}  // namespace colourize::graph
