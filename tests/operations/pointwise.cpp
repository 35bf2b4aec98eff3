#include <cmath>

#include "tests/kernels/tolerance.h"
#include "tests/operations/tested.h"

namespace colourize::tests::operations {
namespace {

kernels::PointwiseArgs args(const CaseMemory& memory) {
  return {memory.input(), memory.output(), memory.epilogue()};
}

// Scale, shift, residual, PyTorch. A clamp alone rounds nothing.
Tensor tolerance(const OperationCase& given) {
  const Tensor& input = given.activation("input");
  Tensor tolerance(input.shape());
  const double operations = given.constant("scale") == nullptr && !given.activations.contains("residual") ? 0 : 4;
  for_each_value(tolerance.shape(), [&](std::int64_t n, std::int64_t y, std::int64_t x, std::int64_t c) {
    const double magnitude = std::abs(static_cast<double>(input.at(n, y, x, c)));
    tolerance.at(n, y, x, c) = static_cast<float>(through_epilogue(given, operations, magnitude, n, y, x, c));
  });
  return tolerance;
}

}  // namespace

const Tested<kernels::PointwiseArgs> pointwise{.args = args, .tolerance = tolerance};

}  // namespace colourize::tests::operations
