#include "tests/kernels/tolerance.h"
#include "tests/operations/tested.h"

namespace colourize::tests::operations {
namespace {

kernels::UpsampleArgs args(const CaseMemory& memory) {
  return {.input = memory.input(),
          .output = memory.output(),
          .order = memory.order(),
          .factor = memory.given().parameters.value("factor", 2)};
}

// Three additions and PyTorch; a mean is no larger than the largest value, and a quarter is exact.
Tensor tolerance(const OperationCase& given) {
  const double tolerance = bound(4, largest_magnitude(given.activation("input")));
  return mapped(given.activation("output"), [&](double /*value*/) { return tolerance; });
}

}  // namespace

const Tested<kernels::UpsampleArgs> upsample{.args = args, .tolerance = tolerance, .shuffled = "input"};

}  // namespace colourize::tests::operations
