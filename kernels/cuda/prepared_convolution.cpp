// Runs a convolution with the kernel that was chosen for it.
#include "kernels/cuda/prepared_convolution.h"

#include "kernels/cuda/convolution.h"
#include "kernels/cuda/operations.h"

namespace colourize::kernels::cuda {
namespace {

std::size_t workspace(const ConvolutionArgs& args, const Context& /*context*/) {
  const auto& convolution = dynamic_cast<const Convolution&>(*args.weights);
  if (convolution.choice.splits == 1) return 0;
  return static_cast<std::size_t>(convolution.choice.splits * args.output.shape.pixels() * convolution.packing.rows()) *
         sizeof(float);
}

std::optional<std::string> limits(const ConvolutionArgs& args, const Context& /*context*/) {
  const auto before = why_not_fused(args.epilogue.before);
  return before ? before : why_not_fused(args.epilogue.after);
}

void compute(const ConvolutionArgs& args, const Context& context) {
  const auto& given = dynamic_cast<const Convolution&>(*args.weights);
  const Choice& choice = given.choice;
  switch (choice.algorithm) {
    case Algorithm::tensor_cores:
    case Algorithm::multiply_adds: {
      const ConvolutionTask task{.input = args.input,
                                 .output = args.output,
                                 .weights = given.packed->weights.as<void>(),
                                 .bias = given.packed->bias.as<float>(),
                                 .kernel_h = given.weights.kernel_h,
                                 .kernel_w = given.weights.kernel_w,
                                 .stride = args.stride,
                                 .padding = args.padding,
                                 .epilogue = args.epilogue,
                                 .tile = choice.tile,
                                 .splits = choice.splits,
                                 .partial = static_cast<float*>(args.workspace.data)};
      const bool half = choice.algorithm == Algorithm::tensor_cores;
      return half ? convolution_float16(task, context.stream) : convolution_float32(task, context.stream);
    }
    case Algorithm::depthwise:
    case Algorithm::direct: {
      const DirectTask task{.args = args,
                            .weights = given.packed->weights.as<float>(),
                            .bias = given.packed->bias.as<float>(),
                            .kernel_h = given.weights.kernel_h,
                            .kernel_w = given.weights.kernel_w,
                            .groups = given.weights.groups};
      return choice.algorithm == Algorithm::depthwise ? depthwise(task, context.stream) : direct(task, context.stream);
    }
  }
}

}  // namespace

const Implementation<ConvolutionArgs> convolution{.compute = compute, .workspace = workspace, .limits = limits};

}  // namespace colourize::kernels::cuda
