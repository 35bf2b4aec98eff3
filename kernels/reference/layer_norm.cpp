// Each pixel's channels minus their mean, divided by their deviation; in double, whose range nothing here can exceed.
#include <cmath>

#include <Eigen/Core>

#include "kernels/reference/rows.h"

namespace colourize::kernels::reference {
namespace {

void compute(const LayerNormArgs& args, const Context& context) {
  const Shape& shape = args.output.shape;
  for_each_row(context, shape, [&](std::int64_t n, std::int64_t y) {
    for (std::int64_t x = 0; x < shape.w; ++x) {
      Eigen::ArrayXd values = Eigen::Map<const Eigen::ArrayXf>(args.input.at(n, y, x), shape.c).cast<double>();
      values -= values.mean();
      values /= std::sqrt(values.square().mean() + args.epsilon);
      if (args.affine.scale != nullptr) {
        values = values * Eigen::Map<const Eigen::ArrayXf>(args.affine.scale, shape.c).cast<double>() +
                 Eigen::Map<const Eigen::ArrayXf>(args.affine.shift, shape.c).cast<double>();
      }
      Eigen::Map<Eigen::ArrayXf>(args.output.at(n, y, x), shape.c) = values.cast<float>();
    }
  });
}

}  // namespace

const Implementation<LayerNormArgs> layer_norm{.compute = compute};

}  // namespace colourize::kernels::reference
