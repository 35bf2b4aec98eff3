#include <cmath>

#include "tests/kernels/tolerance.h"
#include "tests/operations/tested.h"

namespace colourize::tests::operations {
namespace {

kernels::LayerNormArgs args(const CaseMemory& memory) {
  return {.input = memory.input(),
          .output = memory.output(),
          .affine = memory.affine(),
          .epsilon = memory.parameter("epsilon")};
}

// Of n channels, X the largest and D the farthest from the mean: a first mean is off by bound(n + 1, X), so that a
// shifted value d is no larger than M = D + that, and rounded once. The mean of d, off by bound(n + 2, M), and one more
// subtraction: bound(n + 4, M) in all. Of the variance the squares' sum is off by bound(n + 3) of itself, the square of
// d's mean, at most bound(n + 1, X), by twice that times bound(n + 2, M); half of it, over variance + epsilon, comes to
// the root relatively. Sum, root and quotient add 4, a reciprocal root that is off by two units (CUDA's) included; then
// scale, shift and PyTorch.
Tensor tolerance(const OperationCase& given) {
  const Tensor& input = given.activation("input");
  const kernels::Shape& shape = input.shape();
  const auto n = static_cast<double>(shape.c);
  const double least = given.parameters.at("epsilon").get<double>();
  const float* scale = given.constant("scale");
  const float* shift = given.constant("shift");
  Tensor result(shape);
  for_each_value({shape.n, shape.h, shape.w, 1}, [&](std::int64_t i, std::int64_t y, std::int64_t x,
                                                     std::int64_t /*c*/) {
    double mean = 0;
    double largest = 0;
    for (std::int64_t c = 0; c < shape.c; ++c) {
      mean += input.at(i, y, x, c) / n;
      largest = std::max(largest, std::abs(static_cast<double>(input.at(i, y, x, c))));
    }
    double variance = 0;
    double farthest = 0;
    for (std::int64_t c = 0; c < shape.c; ++c) {
      const double distance = std::abs(input.at(i, y, x, c) - mean);
      variance += distance * distance / n;
      farthest = std::max(farthest, distance);
    }
    const double first_mean = bound(n + 1, largest);
    const double most = farthest + first_mean;
    const double of_variance = bound(n + 3, variance + first_mean * first_mean) + 2 * first_mean * bound(n + 2, most);
    const double root = std::sqrt(variance + least);
    for (std::int64_t c = 0; c < shape.c; ++c) {
      const double normalised = std::abs(input.at(i, y, x, c) - mean) / root;
      const double error =
          bound(n + 4, most) / root + normalised * of_variance / 2 / (variance + least) + bound(4, normalised);
      const double factor = scale == nullptr ? 1 : std::abs(scale[c]);
      const double added = shift == nullptr ? 0 : std::abs(shift[c]);
      result.at(i, y, x, c) = static_cast<float>(factor * error + bound(3, factor * normalised + added));
    }
  });
  return result;
}

}  // namespace

const Tested<kernels::LayerNormArgs> layer_norm{.args = args, .tolerance = tolerance};

}  // namespace colourize::tests::operations
