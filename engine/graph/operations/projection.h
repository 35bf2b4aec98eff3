#pragma once

#include <string>

#include "engine/graph/node.h"
#include "kernels/operations/projection.h"
#include "system/error.h"

namespace colourize::graph {

// Inputs: x, whose channels are `groups` interleaved groups, and weights of one pixel, which all groups share.
struct Projection {
  static constexpr std::string_view kind = kernels::ProjectionArgs::kind;
  static constexpr std::size_t inputs = 2;
  using Args = kernels::ProjectionArgs;

  int groups = 1;  // at least 1

  std::int64_t channels(const InputChannels& inputs) const {
    if (groups < 1) {
      throw Error(ErrorKind::invalid, inputs.name, "has " + std::to_string(groups) + " groups; the least is 1");
    }
    if (inputs[0] % groups != 0) {
      throw Error(ErrorKind::damaged, inputs.name,
                  "gets " + std::to_string(inputs[0]) + " channels for " + std::to_string(groups) + " groups");
    }
    const std::int64_t depth = inputs[0] / groups;
    if (inputs[1] % depth != 0) {
      throw Error(
          ErrorKind::damaged, inputs.name,
          "gets " + std::to_string(inputs[1]) + " weights for groups of " + std::to_string(depth) + " channels");
    }
    return inputs[1] / depth * groups;
  }
  kernels::Shape shape(const InputShapes& inputs) const {
    const kernels::Shape& x = inputs[0];
    const kernels::Shape& weights = inputs[1];
    if (weights.n != x.n || weights.h != 1 || weights.w != 1) {
      throw Error(ErrorKind::damaged, inputs.name,
                  "gets " + std::to_string(weights.n) + " x " + std::to_string(weights.h) + " x " +
                      std::to_string(weights.w) + " pixels of weights, not one for each of " + std::to_string(x.n) +
                      " pictures");
    }
    return {x.n, x.h, x.w, weights.c / (x.c / groups) * groups};
  }
  static bool is_pixel_by_pixel() { return true; }
  double multiplications(const InputShapes& inputs, const kernels::Shape& output) const {
    return static_cast<double>(output.elements()) * static_cast<double>(inputs[0].c) / groups;
  }
  Args args(const Operands& operands) const {
    return {.input = operands.inputs[0], .weights = operands.inputs[1], .output = operands.output, .groups = groups};
  }
};

template <>
struct NodesOf<kernels::ProjectionArgs> {
  using Types = NodeTypes<Projection>;
};

}  // namespace colourize::graph
