// The CPU backends' GELU over all of its bend and both tails, which PyTorch's cases only sample.
#include <gtest/gtest.h>

#include <cmath>
#include <limits>
#include <numbers>
#include <vector>

#include "tests/kernels/targets.h"

namespace colourize::tests {
namespace {

constexpr double epsilon = std::numeric_limits<float>::epsilon();

double gelu(double x) {
  return x / 2 * std::erfc(-x / std::numbers::sqrt2);
}

template <class Visit>
void for_each_gelu(const std::vector<float>& values, const Visit& visit) {
  const auto args = [](const kernels::ConstView& input, const kernels::View& output) {
    return kernels::PointwiseArgs{.input = input, .output = output, .epilogue = {.after = kernels::Activation::gelu}};
  };
  on_each_target(values, args, visit);
}

// Relative to the tail, which is all of the result below 0: the square of z rounded, z^2 / 4; the exponential 2, the
// polynomial's coefficients a half, its evaluation 3 (its terms come to twice its value), 1 / (1 + 0.35 z) 2, the
// products 2, all of 2^-23.
TEST(Gelu, IsRightFromTailToTail) {
  std::vector<float> values;
  for (int i = -13 * 4096; i <= 13 * 4096; ++i) values.push_back(static_cast<float>(i) / 4096 + 0x1p-20F);
  double largest = 0;
  double largest_of_tail = 0;
  for_each_gelu(values, [&](const std::vector<float>& result) {
    for (std::size_t i = 0; i < values.size(); ++i) {
      const double z = std::abs(values[i]);
      const double expected = gelu(values[i]);
      const double tail = std::abs(gelu(-z));
      const double error = std::abs(result[i] - expected);
      const double rounding = values[i] < 0 ? 0 : expected * epsilon / 2;
      ASSERT_LE(error, (9.5 + z * z / 4) * epsilon * tail + rounding) << values[i];
      if (z < 1e-3) continue;
      largest = std::max(largest, error / z);
      if (values[i] < 0 && z < 5) largest_of_tail = std::max(largest_of_tail, error / tail);
    }
  });
  RecordProperty("largest_error_over_x", std::to_string(largest / epsilon));
  RecordProperty("largest_error_over_tail_above_minus_5", std::to_string(largest_of_tail / epsilon));
}

TEST(Gelu, KeepsNanAndEndsAtInfinity) {
  constexpr float infinity = std::numeric_limits<float>::infinity();
  std::vector<float> values(40, infinity);
  values[3] = -infinity;
  values[4] = std::numeric_limits<float>::max();
  values[21] = std::numeric_limits<float>::quiet_NaN();
  for_each_gelu(values, [&](const std::vector<float>& result) {
    EXPECT_EQ(result[0], infinity);
    EXPECT_EQ(result[3], 0);
    EXPECT_EQ(result[4], std::numeric_limits<float>::max());
    EXPECT_TRUE(std::isnan(result[21]));
  });
}

}  // namespace
}  // namespace colourize::tests
