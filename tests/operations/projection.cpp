#include <cmath>

#include "tests/kernels/tolerance.h"
#include "tests/operations/tested.h"

namespace colourize::tests::operations {
namespace {

kernels::ProjectionArgs args(const CaseMemory& memory) {
  return {.input = memory.input(),
          .weights = memory.input("weights"),
          .output = memory.output(),
          .groups = memory.parameter("groups")};
}

// As many products as a group has channels, each rounded and added, and PyTorch's rounding.
Tensor tolerance(const OperationCase& given) {
  const Tensor& input = given.activation("input");
  const Tensor& weights = given.activation("weights");
  const auto groups = given.parameters.at("groups").get<std::int64_t>();
  const std::int64_t depth = input.shape().c / groups;
  const std::int64_t outputs = weights.shape().c / depth;
  Tensor tolerance(given.activation("output").shape());
  for_each_value(tolerance.shape(), [&](std::int64_t n, std::int64_t y, std::int64_t x, std::int64_t channel) {
    double magnitude = 0;
    for (std::int64_t c = 0; c < depth; ++c) {
      const double value = input.at(n, y, x, c * groups + channel % groups);
      magnitude += std::abs(value * weights.at(n, 0, 0, c * outputs + channel / groups));
    }
    tolerance.at(n, y, x, channel) = static_cast<float>(bound(static_cast<double>(depth) + 1, magnitude));
  });
  return tolerance;
}

}  // namespace

const Tested<kernels::ProjectionArgs> projection{.args = args, .tolerance = tolerance};

}  // namespace colourize::tests::operations
