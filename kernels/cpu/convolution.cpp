// A convolution by the algorithm that was chosen for it.
#include "kernels/cpu/operations.h"

namespace colourize::kernels::cpu {
namespace {

std::size_t workspace(const ConvolutionArgs& args, const Context& context) {
  const auto& convolution = dynamic_cast<const Convolution&>(*args.weights);
  switch (convolution.algorithm) {
    case Algorithm::implicit_gemm:
      return implicit_gemm_workspace(args, convolution, context);
    case Algorithm::streamed_weights:
      return streamed_weights_workspace(args, convolution, context);
    case Algorithm::streamed_winograd:
      return streamed_winograd_workspace(args, convolution, context);
    case Algorithm::winograd_2x2:
    case Algorithm::winograd_4x4:
    case Algorithm::winograd_6x6:
      return winograd_workspace(args, convolution, context);
    case Algorithm::depthwise:
    case Algorithm::dot_products:
      break;
  }
  return 0;
}

void compute(const ConvolutionArgs& args, const Context& context) {
  const auto& convolution = dynamic_cast<const Convolution&>(*args.weights);
  switch (convolution.algorithm) {
    case Algorithm::implicit_gemm:
      return context.operations.implicit_gemm(args, convolution, context);
    case Algorithm::streamed_weights:
      return context.operations.streamed_weights(args, convolution, context);
    case Algorithm::streamed_winograd:
      return context.operations.streamed_winograd(args, convolution, context);
    case Algorithm::winograd_2x2:
    case Algorithm::winograd_4x4:
    case Algorithm::winograd_6x6:
      return context.operations.winograd(args, convolution, context);
    case Algorithm::depthwise:
      return context.operations.depthwise(args, convolution, context);
    case Algorithm::dot_products:
      return context.operations.dot_products(args, convolution, context);
  }
}

}  // namespace

void add_convolution(Operations& operations) {
  add_implicit_gemm(operations);
  add_streamed_weights(operations);
  add_streamed_winograd(operations);
  add_winograd(operations);
  add_winograd_packing(operations);
  add_dot_products(operations);
  add_depthwise(operations);
  operations.convolution = {.compute = compute, .workspace = workspace};
}

}  // namespace colourize::kernels::cpu
