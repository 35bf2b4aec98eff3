// A 1x1 convolution with weights of the picture's own, directly from the contract's formula.
#include "kernels/reference/rounding.h"
#include "kernels/reference/rows.h"

namespace colourize::kernels::reference {
namespace {

void compute(const ProjectionArgs& args, const Context& context) {
  const std::int64_t groups = args.groups;
  for_each_row(context, args.output.shape, [&](std::int64_t n, std::int64_t y) {
    const float* weights = args.weights.at(n, 0, 0);
    for (std::int64_t x = 0; x < args.output.shape.w; ++x) {
      const float* from = args.input.at(n, y, x);
      float* to = args.output.at(n, y, x);
      for (std::int64_t o = 0; o < args.outputs(); ++o) {
        for (std::int64_t g = 0; g < groups; ++g) {
          float sum = 0;
          for (std::int64_t c = 0; c < args.depth(); ++c) {
            sum += round_operand(from[c * groups + g], context.precision) *
                   round_operand(weights[c * args.outputs() + o], context.precision);
          }
          to[o * groups + g] = sum;
        }
      }
    }
  });
}

}  // namespace

const Implementation<ProjectionArgs> projection{.compute = compute};

}  // namespace colourize::kernels::reference
