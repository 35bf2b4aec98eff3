#include <cmath>

#include "tests/kernels/tolerance.h"
#include "tests/operations/tested.h"

namespace colourize::tests::operations {
namespace {

kernels::SigmoidRangeArgs args(const CaseMemory& memory) {
  return {memory.input(), memory.output(), memory.parameter("low"), memory.parameter("high")};
}

// exp() is off by four units at most, which moves the sigmoid by a quarter of that; then 1 +, the quotient, the range
// and its product, + low, PyTorch.
Tensor tolerance(const OperationCase& given) {
  const auto low = given.parameters.at("low").get<double>();
  const auto high = given.parameters.at("high").get<double>();
  const double tolerance = epsilon * (high - low) + bound(6, std::abs(low) + high - low);
  return mapped(given.activation("output"), [&](double /*value*/) { return tolerance; });
}

}  // namespace

const Tested<kernels::SigmoidRangeArgs> sigmoid_range{.args = args, .tolerance = tolerance};

}  // namespace colourize::tests::operations
