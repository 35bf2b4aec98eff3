// A sigmoid stretched to a range.
#include <cmath>

#include "kernels/reference/rows.h"

namespace colourize::kernels::reference {
namespace {

void compute(const SigmoidRangeArgs& args, const Context& context) {
  const Shape& shape = args.output.shape;
  for_each_row(context, shape, [&](std::int64_t n, std::int64_t y) {
    for (std::int64_t x = 0; x < shape.w; ++x) {
      const float* from = args.input.at(n, y, x);
      float* to = args.output.at(n, y, x);
      for (std::int64_t c = 0; c < shape.c; ++c) {
        to[c] = args.low + (args.high - args.low) / (1 + std::exp(-from[c]));
      }
    }
  });
}

}  // namespace

const Implementation<SigmoidRangeArgs> sigmoid_range{.compute = compute};

}  // namespace colourize::kernels::reference
