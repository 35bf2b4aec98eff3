#pragma once

#include <span>
#include <string>
#include <vector>

#include "engine/graph/node.h"
#include "kernels/operations/layer_norm.h"
#include "system/error.h"

namespace colourize::graph {

// Over the channels of each pixel. Then a scale and a shift for each channel, or neither: both are empty where a
// convolution after it has taken them into its weights.
struct LayerNorm {
  static constexpr std::string_view kind = kernels::LayerNormArgs::kind;
  static constexpr std::size_t inputs = 1;
  using Args = kernels::LayerNormArgs;

  std::span<const float> scale;
  std::span<const float> shift;
  float epsilon = 1e-5F;  // above 0

  std::int64_t channels(const InputChannels& inputs) const {
    const bool fits = scale.empty() || inputs[0] == std::ssize(scale);
    if (!fits || scale.size() != shift.size()) {
      throw Error(ErrorKind::damaged, inputs.name,
                  "has " + std::to_string(scale.size()) + " scales and " + std::to_string(shift.size()) +
                      " shifts for " + std::to_string(inputs[0]) + " channels");
    }
    if (!(epsilon > 0)) throw Error(ErrorKind::damaged, inputs.name, "its epsilon is not above 0");
    return inputs[0];
  }
  static kernels::Shape shape(const InputShapes& inputs) { return inputs[0]; }
  static bool is_pixel_by_pixel() { return true; }
  static double multiplications(const InputShapes& /*inputs*/, const kernels::Shape& /*output*/) { return 0; }
  std::vector<std::span<const float>> constants() const {
    if (scale.empty()) return {};
    return {scale, shift};
  }
  Args args(const Operands& operands) const {
    Args args{.input = operands.inputs[0], .output = operands.output, .affine = {}, .epsilon = epsilon};
    if (!scale.empty()) args.affine = {.scale = operands.constants[0], .shift = operands.constants[1]};
    return args;
  }
};

template <>
struct NodesOf<kernels::LayerNormArgs> {
  using Types = NodeTypes<LayerNorm>;
};

}  // namespace colourize::graph
