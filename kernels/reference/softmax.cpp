// Softmax over the channels of each pixel, the largest subtracted first so that no exponential overflows.
#include <Eigen/Core>

#include "kernels/reference/rows.h"

namespace colourize::kernels::reference {
namespace {

void compute(const SoftmaxArgs& args, const Context& context) {
  const Shape& shape = args.output.shape;
  for_each_row(context, shape, [&](std::int64_t n, std::int64_t y) {
    for (std::int64_t x = 0; x < shape.w; ++x) {
      const Eigen::Map<const Eigen::ArrayXf> from(args.input.at(n, y, x), shape.c);
      Eigen::Map<Eigen::ArrayXf> to(args.output.at(n, y, x), shape.c);
      to = ((from - from.maxCoeff()) / args.temperature).exp();
      to /= to.sum();
    }
  });
}

}  // namespace

const Implementation<SoftmaxArgs> softmax{.compute = compute};

}  // namespace colourize::kernels::reference
