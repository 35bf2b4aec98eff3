// The CPU backends' softmax over all differences that a float's exponential has, which PyTorch's cases are too small
// for.
#include <gtest/gtest.h>

#include <cmath>
#include <limits>
#include <vector>

#include "tests/kernels/targets.h"

namespace colourize::tests {
namespace {

template <class Visit>
void for_each_softmax(const std::vector<float>& values, const Visit& visit) {
  const auto args = [](const kernels::ConstView& input, const kernels::View& output) {
    return kernels::SoftmaxArgs{.input = input, .output = output, .temperature = 1};
  };
  on_each_target(values, args, visit);
}

TEST(Softmax, IsRightForEveryDifference) {
  // Vectors of every width, and a rest.
  std::vector<float> values;
  for (int i = 0; i < 1003; ++i) values.push_back(5.0F - static_cast<float>(i) * 0.0866F);
  double sum = 0;
  for (const float value : values) sum += std::exp(static_cast<double>(value) - 5.0);
  for_each_softmax(values, [&](const std::vector<float>& result) {
    for (std::size_t i = 0; i < values.size(); ++i) {
      const double expected = std::exp(static_cast<double>(values[i]) - 5.0) / sum;
      // Near zero the sum divides to what is no normal number.
      const double tolerance = std::max(1e-6 * expected, double{std::numeric_limits<float>::min()});
      EXPECT_NEAR(result[i], expected, tolerance) << values[i];
    }
  });
}

TEST(Softmax, IsZeroWhereTheExponentialIsNoNormalNumber) {
  for_each_softmax({3, -85, -200, -std::numeric_limits<float>::max(), 3}, [](const std::vector<float>& result) {
    EXPECT_EQ(result, (std::vector<float>{0.5F, 0, 0, 0, 0.5F}));
  });
}

TEST(Softmax, KeepsNan) {
  std::vector<float> values(40, 1.0F);
  values[21] = std::numeric_limits<float>::quiet_NaN();
  for_each_softmax(values, [](const std::vector<float>& result) {
    for (const float value : result) EXPECT_TRUE(std::isnan(value));
  });
}

}  // namespace
}  // namespace colourize::tests
