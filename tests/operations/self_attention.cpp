#include <algorithm>
#include <cmath>

#include "tests/kernels/tolerance.h"
#include "tests/operations/tested.h"

namespace colourize::tests::operations {
namespace {

kernels::SelfAttentionArgs args(const CaseMemory& memory) {
  return {.query = memory.input("query"),
          .key = memory.input("key"),
          .value = memory.input("value"),
          .input = memory.input(),
          .output = memory.output(),
          .gamma = memory.parameter("gamma")};
}

// A logit is a sum of d products, off by bound(d, S) where S is the sum of their magnitudes, at most; less the largest
// of its key, itself off by as much, and rounded once more at a magnitude of 2 S. What a logit is off by, its
// exponential is off by relatively, and 4 eps more for an exp() that is off by four units. The normalised weights b are
// a quotient of such exponentials: twice that. They sum to 1, so that the sum over values is no larger than the largest
// value V of the channel, and N additions twice over (the exponentials, the weighted values) come to bound(2 N, V).
// Last, gamma, the input and PyTorch.
Tensor tolerance(const OperationCase& given) {
  const Tensor& query = given.activation("query");
  const Tensor& key = given.activation("key");
  const Tensor& value = given.activation("value");
  const kernels::Shape& shape = value.shape();
  const kernels::Shape one_picture = {1, shape.h, shape.w, 1};
  const double gamma = std::abs(given.parameters.at("gamma").get<double>());
  const auto positions = static_cast<double>(shape.h * shape.w);
  const auto depth = static_cast<double>(query.shape().c);
  Tensor tolerance(shape);
  for_each_value({shape.n, shape.h, shape.w, 1},
                 [&](std::int64_t n, std::int64_t y, std::int64_t x, std::int64_t /*c*/) {
                   double logit = 0;
                   for_each_value(one_picture, [&](auto /*n*/, auto i, auto j, auto /*c*/) {
                     double sum = 0;
                     for (std::int64_t c = 0; c < query.shape().c; ++c) {
                       sum += std::abs(static_cast<double>(query.at(n, i, j, c)) * key.at(n, y, x, c));
                     }
                     logit = std::max(logit, sum);
                   });
                   const double exponent = 2 * bound(depth, logit) + epsilon * logit + 4 * epsilon;
                   for (std::int64_t c = 0; c < shape.c; ++c) {
                     double largest = 0;
                     for_each_value(one_picture, [&](auto /*n*/, auto i, auto j, auto /*c*/) {
                       largest = std::max(largest, std::abs(static_cast<double>(value.at(n, i, j, c))));
                     });
                     const double attended = 2 * exponent * largest + bound(2 * positions, largest);
                     const double magnitude = gamma * largest + std::abs(given.activation("input").at(n, y, x, c));
                     tolerance.at(n, y, x, c) = static_cast<float>(gamma * attended + bound(3, magnitude));
                   }
                 });
  return tolerance;
}

// Attention's weights are rounded to float16 before values are multiplied with them, after they were summed: they are
// off by 2^-11 of themselves, and by 2^-25 where they are denormal. Over their sum, which is at least 1, they come to
// 1.
double rounding_of_weights(const OperationCase& given) {
  double largest = 0;
  for (const float value : given.activation("value").values()) largest = std::max(largest, std::abs(double{value}));
  const kernels::Shape& shape = given.activation("value").shape();
  const double gamma = std::abs(given.parameters.at("gamma").get<double>());
  return gamma * largest * (float16_epsilon + static_cast<double>(shape.h * shape.w) * float16_least);
}

}  // namespace

const Tested<kernels::SelfAttentionArgs> self_attention{
    .args = args, .tolerance = tolerance, .more_on_float16 = rounding_of_weights, .takes_pictures_one_by_one = true};

}  // namespace colourize::tests::operations
