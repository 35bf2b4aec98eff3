// The reference's kernel: it only copies pixels, so an instruction set would change nothing.
#include "kernels/cpu/operations.h"
#include "kernels/reference/reference.h"

namespace colourize::kernels::cpu {

void add_resize_nearest(Operations& operations) {
  operations.resize_nearest.compute = [](const ResizeNearestArgs& args, const Context& context) {
    reference::resize_nearest(args, {.pool = context.pool});
  };
}

}  // namespace colourize::kernels::cpu
