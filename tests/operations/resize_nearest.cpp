#include "tests/kernels/tolerance.h"
#include "tests/operations/tested.h"

namespace colourize::tests::operations {
namespace {

kernels::ResizeNearestArgs args(const CaseMemory& memory) {
  return {memory.input(), memory.output()};
}

}  // namespace

const Tested<kernels::ResizeNearestArgs> resize_nearest{.args = args, .tolerance = no_tolerance};

}  // namespace colourize::tests::operations
