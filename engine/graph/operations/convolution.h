#pragma once

#include <string>

#include "engine/graph/node.h"
#include "kernels/operations/convolution.h"
#include "system/error.h"

namespace colourize::graph {

struct Convolution {
  static constexpr std::string_view kind = kernels::ConvolutionArgs::kind;
  static constexpr std::size_t inputs = 1;
  using Args = kernels::ConvolutionArgs;

  kernels::ConvolutionWeights weights;
  int stride = 1;
  kernels::Padding padding;

  std::int64_t channels(const InputChannels& inputs) const {
    if (inputs[0] != weights.in_channels) {
      throw Error(ErrorKind::damaged, inputs.name,
                  "takes " + std::to_string(weights.in_channels) + " channels but gets " + std::to_string(inputs[0]));
    }
    return weights.out_channels;
  }
  kernels::Shape shape(const InputShapes& inputs) const {
    return inputs.windows(weights.out_channels, weights.kernel_h, weights.kernel_w, stride, padding);
  }
  bool is_pixel_by_pixel() const {
    return weights.kernel_h == 1 && weights.kernel_w == 1 && stride == 1 && padding == kernels::Padding{};
  }
  double multiplications(const InputShapes& /*inputs*/, const kernels::Shape& output) const {
    return static_cast<double>(output.elements()) * static_cast<double>(weights.window());
  }
  Args args(const Operands& operands) const {
    return {.input = operands.inputs[0],
            .output = operands.output,
            .weights = operands.weights,
            .stride = stride,
            .padding = padding,
            .epilogue = operands.epilogue,
            .order = operands.output_order,
            .workspace = operands.workspace};
  }
};

template <>
struct NodesOf<kernels::ConvolutionArgs> {
  using Types = NodeTypes<Convolution>;
};

}  // namespace colourize::graph
