// An epilogue on its own.
#include <algorithm>

#include "kernels/reference/epilogue.h"
#include "kernels/reference/rows.h"

namespace colourize::kernels::reference {
namespace {

void compute(const PointwiseArgs& args, const Context& context) {
  const Shape& shape = args.output.shape;
  for_each_row(context, shape, [&](std::int64_t n, std::int64_t y) {
    for (std::int64_t x = 0; x < shape.w; ++x) {
      float* values = args.output.at(n, y, x);
      const float* residual = args.epilogue.residual_at(n, y, x);
      std::copy_n(args.input.at(n, y, x), shape.c, values);
      apply_epilogue(args.epilogue, residual, values, shape.c);
    }
  });
}

}  // namespace

const Implementation<PointwiseArgs> pointwise{.compute = compute};

}  // namespace colourize::kernels::reference
