#include <algorithm>
#include <cmath>
#include <vector>

#include "tests/kernels/tolerance.h"
#include "tests/operations/tested.h"

namespace colourize::tests::operations {
namespace {

kernels::AttentionArgs args(const CaseMemory& memory) {
  return {.query = memory.input("query"),
          .key = memory.input("key"),
          .value = memory.input("value"),
          .output = memory.output(),
          .heads = memory.parameter("heads")};
}

// The positions of one picture and one head's channels of each, in a tensor.
struct Head {
  double at(std::int64_t position, std::int64_t c) const {
    const kernels::Shape& shape = tensor.shape();
    return tensor.at(n, position / shape.w, position % shape.w, first + c);
  }

  const Tensor& tensor;
  std::int64_t n;
  std::int64_t first;
};

// A logit is a sum of d products and a scale, which has one rounding of its own and may be a part of the query: off by
// bound(d + 3, S), where S is the sum of the products' magnitudes, scaled. It loses the largest of its query, which is
// off by as much, and is rounded once more at a magnitude of 2 S. What a logit is off by, its exponential is off by
// relatively, and 4 eps more for an exp() that is off by four units. The normalised weights b are a quotient of such
// exponentials: twice that.
//
// They sum to 1 over the keys, so that nothing that is added up exceeds M, the sum of b |v|. N additions twice over
// (the exponentials, the weighted values) come to bound(2 N, M). Backends take the keys block by block: each time that
// a larger logit comes, what was summed is multiplied by an exponential, which is 9 operations (half a unit each: a
// product, and an exp() that is off by four units), in both sums. No block has fewer than 32 keys but the last, and a
// join of blocks' results is one more. Last, the quotient and PyTorch.
void add_tolerance(const Head& query, const Head& key, const Head& value, std::int64_t keys, std::int64_t depth,
                   std::int64_t i, Tensor& tolerance) {
  const double scale = 1 / std::sqrt(static_cast<double>(depth));
  std::vector<double> weights(static_cast<std::size_t>(keys));
  double magnitude = 0;
  for (std::int64_t j = 0; j < keys; ++j) {
    double sum = 0;
    double sum_of_magnitudes = 0;
    for (std::int64_t c = 0; c < depth; ++c) {
      const double product = query.at(i, c) * key.at(j, c) * scale;
      sum += product;
      sum_of_magnitudes += std::abs(product);
    }
    weights[static_cast<std::size_t>(j)] = sum;
    magnitude = std::max(magnitude, sum_of_magnitudes);
  }
  const double largest = *std::ranges::max_element(weights);
  double weight_sum = 0;
  for (double& weight : weights) weight_sum += weight = std::exp(weight - largest);

  const double exponent = 2 * bound(static_cast<double>(depth) + 3, magnitude) + epsilon * magnitude + 4 * epsilon;
  const auto additions = static_cast<double>(2 * keys);
  const std::int64_t blocks = (keys + 31) / 32;
  const double rescalings = 2 * 9 * static_cast<double>(blocks + 1);
  const kernels::Shape& shape = tolerance.shape();
  for (std::int64_t c = 0; c < depth; ++c) {
    double mean = 0;
    for (std::int64_t j = 0; j < keys; ++j) {
      mean += weights[static_cast<std::size_t>(j)] / weight_sum * std::abs(value.at(j, c));
    }
    tolerance.at(query.n, i / shape.w, i % shape.w, query.first + c) =
        static_cast<float>(2 * exponent * mean + bound(additions + rescalings + 2, mean));
  }
}

Tensor tolerance(const OperationCase& given) {
  const kernels::Shape& keys = given.activation("key").shape();
  const auto heads = given.parameters.at("heads").get<std::int64_t>();
  Tensor result(given.activation("output").shape());
  const kernels::Shape& shape = result.shape();
  const std::int64_t depth = shape.c / heads;
  for (std::int64_t n = 0; n < shape.n; ++n) {
    for (std::int64_t head = 0; head < heads; ++head) {
      const auto of = [&](const char* name) { return Head{given.activation(name), n, head * depth}; };
      for (std::int64_t i = 0; i < shape.h * shape.w; ++i) {
        add_tolerance(of("query"), of("key"), of("value"), keys.h * keys.w, depth, i, result);
      }
    }
  }
  return result;
}

// Weights are rounded to float16 before values are multiplied with them, after they were summed: they are off by 2^-11
// of themselves, and by 2^-25 where they are denormal. Over their sum, which is at least 1, they come to 1. Of a part
// of the keys this is so with the part's largest logit; a join makes it smaller.
double rounding_of_weights(const OperationCase& given) {
  const kernels::Shape& keys = given.activation("key").shape();
  return largest_magnitude(given.activation("value")) *
         (float16_epsilon + static_cast<double>(keys.h * keys.w) * float16_least);
}

}  // namespace

const Tested<kernels::AttentionArgs> attention{
    .args = args, .tolerance = tolerance, .more_on_float16 = rounding_of_weights, .takes_pictures_one_by_one = true};

}  // namespace colourize::tests::operations
