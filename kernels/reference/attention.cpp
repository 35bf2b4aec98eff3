// Multi-head attention, one query of one head at a time, in double:
//
//   weights   keys * query / sqrt(d)       one for each key
//   weights   softmax over the KEYS, the largest subtracted first
//   output    weights^T * values
#include <cmath>

#include <Eigen/Core>

#include "kernels/reference/reference.h"
#include "kernels/reference/rounding.h"

namespace colourize::kernels::reference {
namespace {

// A head's channels of one position, as they are multiplied.
class Head {
 public:
  Head(const AttentionArgs& args, std::int64_t head, Precision precision)
      : depth_(args.query.shape.c / args.heads), first_(head * depth_), precision_(precision) {}

  std::int64_t depth() const { return depth_; }
  std::int64_t first() const { return first_; }
  auto at(const ConstView& view, std::int64_t n, std::int64_t position) const {
    const float* channels = view.at(n, position / view.shape.w, position % view.shape.w) + first_;
    return Eigen::Map<const Eigen::ArrayXf>(channels, depth_)
        .unaryExpr([precision = precision_](float value) { return round_operand(value, precision); })
        .cast<double>();
  }

 private:
  std::int64_t depth_;
  std::int64_t first_;
  Precision precision_;
};

void compute(const AttentionArgs& args, const Context& context) {
  const Shape& shape = args.output.shape;
  const std::int64_t queries = shape.h * shape.w;
  const std::int64_t keys = args.key.shape.h * args.key.shape.w;
  context.pool.run(shape.n * queries * args.heads, [&](std::int64_t part, int /*thread*/) {
    const Head head(args, part % args.heads, context.precision);
    const std::int64_t n = part / args.heads / queries;
    const std::int64_t i = part / args.heads % queries;

    const Eigen::ArrayXd query = head.at(args.query, n, i);
    Eigen::ArrayXd weights(keys);
    for (std::int64_t j = 0; j < keys; ++j) weights[j] = (query * head.at(args.key, n, j)).sum();
    weights /= std::sqrt(static_cast<double>(head.depth()));
    weights = (weights - weights.maxCoeff()).exp();
    weights /= weights.sum();

    Eigen::ArrayXd output = Eigen::ArrayXd::Zero(head.depth());
    for (std::int64_t j = 0; j < keys; ++j) output += weights[j] * head.at(args.value, n, j);
    float* to = args.output.at(n, i / shape.w, i % shape.w) + head.first();
    Eigen::Map<Eigen::ArrayXf>(to, head.depth()) = output.cast<float>();
  });
}

}  // namespace

const Implementation<AttentionArgs> attention{.compute = compute};

}  // namespace colourize::kernels::reference
