#include <cmath>

#include "tests/kernels/tolerance.h"
#include "tests/operations/tested.h"

namespace colourize::tests::operations {
namespace {

kernels::ConvolutionArgs args(const CaseMemory& memory) {
  return {.input = memory.input(),
          .output = memory.output(),
          .stride = memory.parameter("stride"),
          .padding = memory.given().padding(),
          .epilogue = memory.epilogue()};
}

// Bias, scale, shift, residual: four operations more than products to sum, and PyTorch's rounding.
Tensor tolerance(const OperationCase& given) {
  const Tensor& input = given.activation("input");
  const kernels::Shape& in = input.shape();
  const weights::FloatTensor& weight = given.constants.at("weight");
  const std::int64_t channels = weight.shape[1];
  const std::int64_t group_out = weight.shape[0] / given.parameters.at("groups").get<std::int64_t>();
  const auto stride = given.parameters.at("stride").get<std::int64_t>();
  const auto padding = given.parameters.at("padding").get<std::vector<std::int64_t>>();
  const auto products = static_cast<double>(channels * weight.shape[2] * weight.shape[3]);
  Tensor tolerance(given.activation("output").shape());
  for_each_value(tolerance.shape(), [&](std::int64_t n, std::int64_t y, std::int64_t x, std::int64_t c) {
    const float* factor = &weight.values[static_cast<std::size_t>(c) * static_cast<std::size_t>(products)];
    double magnitude = given.constant("bias") != nullptr ? std::abs(given.constant("bias")[c]) : 0;
    for (std::int64_t channel = 0; channel < channels; ++channel) {
      for (std::int64_t i = 0; i < weight.shape[2]; ++i) {
        for (std::int64_t j = 0; j < weight.shape[3]; ++j, ++factor) {
          const std::int64_t from_y = y * stride + i - padding[0];
          const std::int64_t from_x = x * stride + j - padding[2];
          if (from_y < 0 || from_y >= in.h || from_x < 0 || from_x >= in.w) continue;
          magnitude +=
              std::abs(static_cast<double>(*factor) * input.at(n, from_y, from_x, c / group_out * channels + channel));
        }
      }
    }
    tolerance.at(n, y, x, c) = static_cast<float>(through_epilogue(given, products + 5, magnitude, n, y, x, c));
  });
  return tolerance;
}

}  // namespace

const Tested<kernels::ConvolutionArgs> convolution{.args = args, .tolerance = tolerance};

}  // namespace colourize::tests::operations
