#include <cmath>
#include <limits>

#include "tests/kernels/tolerance.h"
#include "tests/operations/tested.h"

namespace colourize::tests::operations {
namespace {

kernels::SoftmaxArgs args(const CaseMemory& memory) {
  return {memory.input(), memory.output(), memory.parameter("temperature")};
}

// The exponents are off by the division's rounding and the difference's, at the magnitude of the largest when a backend
// divides first; that and exp()'s four units count twice, as in attention. Then the sum over channels, the quotient,
// PyTorch. Below the smallest normal number a backend may give 0.
Tensor tolerance(const OperationCase& given) {
  const double temperature = given.parameters.at("temperature");
  const double largest = largest_magnitude(given.activation("input")) / temperature;
  const double relative = 2 * (bound(2, largest) + 4 * epsilon);
  const auto channels = static_cast<double>(given.activation("input").shape().c);
  return mapped(given.activation("output"), [&](double value) {
    return value * relative + bound(channels + 2, value) + static_cast<double>(std::numeric_limits<float>::min());
  });
}

}  // namespace

const Tested<kernels::SoftmaxArgs> softmax{.args = args, .tolerance = tolerance};

}  // namespace colourize::tests::operations
