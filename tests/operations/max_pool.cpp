#include "tests/kernels/tolerance.h"
#include "tests/operations/tested.h"

namespace colourize::tests::operations {
namespace {

kernels::MaxPoolArgs args(const CaseMemory& memory) {
  return {memory.input(), memory.output(), memory.parameter("kernel"), memory.parameter("stride"),
          memory.given().padding()};
}

}  // namespace

const Tested<kernels::MaxPoolArgs> max_pool{.args = args, .tolerance = no_tolerance};

}  // namespace colourize::tests::operations
