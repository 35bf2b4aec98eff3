#include "tests/kernels/tolerance.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <map>
#include <sstream>

#include "tests/operations/tested.h"

namespace colourize::tests {

double bound(double operations, double magnitude) {
  return 4 * epsilon * std::sqrt(operations) * magnitude;
}

double largest_magnitude(const Tensor& tensor) {
  double largest = 0;
  for (const float value : tensor.values()) largest = std::max(largest, std::abs(static_cast<double>(value)));
  return largest;
}

Tensor no_tolerance(const OperationCase& given) {
  return Tensor(given.activation("output").shape());
}

ActivationError error_of(kernels::Activation activation) {
  switch (activation) {
    case kernels::Activation::none:
    case kernels::Activation::relu:
    case kernels::Activation::relu6:
      return {};
    case kernels::Activation::gelu:
      // Steepest where the second derivative, density(x) (2 - x^2), is 0: at sqrt 2, 1.1289. Rounding x / sqrt 2 moves
      // erf by less than half of 2^-23, for t erf'(t) is less than 0.49; an erf off by four units of the last place
      // below 1 comes to 2, the sum to a half, and half of all that counts; then the product and PyTorch, a half each.
      return {.slope = 1.13, .rounding = 2.5 * epsilon};
  }
  return {};
}

double through_epilogue(const OperationCase& given, double operations, double magnitude, std::int64_t n, std::int64_t y,
                        std::int64_t x, std::int64_t c) {
  const ActivationError before = error_of(given.activation_function("before"));
  const ActivationError after = error_of(given.activation_function("after"));
  double own = before.rounding * magnitude;
  if (const float* scale = given.constant("scale")) {
    own *= std::abs(scale[c]);
    magnitude = magnitude * std::abs(scale[c]) + std::abs(given.constant("shift")[c]);
  }
  if (given.activations.contains("residual")) magnitude += std::abs(given.activation("residual").at(n, y, x, c));
  return after.slope * (before.slope * bound(operations, magnitude) + own) + after.rounding * magnitude;
}

Tensor tolerance_of(const OperationCase& given) {
  return visit_operation(given.operation, [&](const auto& tested) { return tested.tolerance(given); });
}

namespace {

// The construction of winograd_transform.h once more, in its general form and in double.
struct WinogradMatrices {
  std::vector<std::vector<double>> input;   // B^T, (m + 2) x (m + 2)
  std::vector<std::vector<double>> kernel;  // G, (m + 2) x 3
  std::vector<std::vector<double>> output;  // A^T, m x (m + 2)
};

// The coefficients of the product of (x - root), lowest first.
std::vector<double> polynomial(const std::vector<double>& roots) {
  std::vector<double> coefficients = {1};
  for (const double root : roots) {
    coefficients.insert(coefficients.begin(), 0);
    for (std::size_t i = 0; i + 1 < coefficients.size(); ++i) coefficients[i] -= root * coefficients[i + 1];
  }
  return coefficients;
}

WinogradMatrices winograd_matrices(int output_tile) {
  const double root = std::sqrt(2.0);
  static const std::map<int, std::vector<double>> all_points = {{2, {0, 1, -1}},
                                                                {3, {0, 1, -1, 2}},
                                                                {4, {0, 1 / root, -1 / root, root, -root}},
                                                                {6, {0, 1, -1, 2, -2, 0.5, -0.5}}};
  const std::vector<double>& points = all_points.at(output_tile);
  const auto side = static_cast<std::size_t>(output_tile + 2);
  WinogradMatrices matrices{.output = std::vector<std::vector<double>>(static_cast<std::size_t>(output_tile))};
  for (std::size_t i = 0; i < points.size(); ++i) {
    std::vector<double> others = points;
    others.erase(others.begin() + static_cast<std::ptrdiff_t>(i));
    double value = 1;
    for (const double other : others) value *= points[i] - other;
    matrices.input.push_back(polynomial(others));
    matrices.input.back().resize(side);
    matrices.kernel.push_back({1 / value, points[i] / value, points[i] * points[i] / value});
    double power = 1;
    for (auto& row : matrices.output) {
      row.push_back(power);
      power *= points[i];
    }
  }
  matrices.input.push_back(polynomial(points));
  matrices.kernel.push_back({0, 0, 1});
  for (auto& row : matrices.output) row.push_back(&row == &matrices.output.back() ? 1 : 0);
  return matrices;
}

using Square = std::vector<std::vector<double>>;

// |left| |middle| |left|^T, left: a x b, middle: b x b.
Square absolute_product(const Square& left, const Square& middle) {
  Square result(left.size(), std::vector<double>(left.size()));
  for (std::size_t i = 0; i < left.size(); ++i) {
    for (std::size_t j = 0; j < left.size(); ++j) {
      for (std::size_t k = 0; k < middle.size(); ++k) {
        for (std::size_t l = 0; l < middle.size(); ++l) {
          result[i][j] += std::abs(left[i][k] * middle[k][l] * left[j][l]);
        }
      }
    }
  }
  return result;
}

}  // namespace

Tensor winograd_tolerance(const OperationCase& given, int output_tile) {
  const WinogradMatrices matrices = winograd_matrices(output_tile);
  const Tensor& input = given.activation("input");
  const kernels::Shape& in = input.shape();
  const weights::FloatTensor& weight = given.constants.at("weight");
  const auto padding = given.parameters.at("padding").get<std::vector<std::int64_t>>();
  const auto side = static_cast<std::size_t>(output_tile + 2);
  Tensor tolerance(given.activation("output").shape());
  const kernels::Shape& out = tolerance.shape();
  const double operations = static_cast<double>(in.c) + 4.0 * static_cast<double>(side) + 5;
  for_each_value({out.n, (out.h + output_tile - 1) / output_tile, (out.w + output_tile - 1) / output_tile, out.c},
                 [&](std::int64_t n, std::int64_t tile_y, std::int64_t tile_x, std::int64_t o) {
                   Square sums(side, std::vector<double>(side));
                   for (std::int64_t c = 0; c < in.c; ++c) {
                     Square pixels(side, std::vector<double>(side));
                     for (std::size_t i = 0; i < side; ++i) {
                       for (std::size_t j = 0; j < side; ++j) {
                         const std::int64_t y = tile_y * output_tile + static_cast<std::int64_t>(i) - padding[0];
                         const std::int64_t x = tile_x * output_tile + static_cast<std::int64_t>(j) - padding[2];
                         if (y >= 0 && y < in.h && x >= 0 && x < in.w) pixels[i][j] = input.at(n, y, x, c);
                       }
                     }
                     Square kernel(3, std::vector<double>(3));
                     for (std::size_t i = 0; i < 9; ++i) {
                       kernel[i / 3][i % 3] = weight.values[static_cast<std::size_t>(o * in.c + c) * 9 + i];
                     }
                     const Square transformed_pixels = absolute_product(matrices.input, pixels);
                     const Square transformed_kernel = absolute_product(matrices.kernel, kernel);
                     for (std::size_t i = 0; i < side; ++i) {
                       for (std::size_t j = 0; j < side; ++j)
                         sums[i][j] += transformed_pixels[i][j] * transformed_kernel[i][j];
                     }
                   }
                   const Square magnitudes = absolute_product(matrices.output, sums);
                   for (std::int64_t i = 0; i < output_tile; ++i) {
                     for (std::int64_t j = 0; j < output_tile; ++j) {
                       const std::int64_t y = tile_y * output_tile + i;
                       const std::int64_t x = tile_x * output_tile + j;
                       if (y >= out.h || x >= out.w) continue;
                       double magnitude = magnitudes[static_cast<std::size_t>(i)][static_cast<std::size_t>(j)];
                       if (given.constant("bias") != nullptr) magnitude += std::abs(given.constant("bias")[o]);
                       tolerance.at(n, y, x, o) =
                           static_cast<float>(through_epilogue(given, operations, magnitude, n, y, x, o));
                     }
                   }
                 });
  return tolerance;
}

void expect_equals_pytorch(const Tensor& output, const OperationCase& given, const Tensor& tolerance) {
  const Tensor& expected = given.activation("output");
  std::size_t wrong = 0;
  std::ostringstream first;
  for_each_value(expected.shape(), [&](std::int64_t n, std::int64_t y, std::int64_t x, std::int64_t c) {
    const double error = std::abs(static_cast<double>(output.at(n, y, x, c)) - expected.at(n, y, x, c));
    if (error <= tolerance.at(n, y, x, c)) return;  // false for NaN
    if (wrong++ == 0) {
      first << "[" << n << ", " << y << ", " << x << ", " << c << "] is " << output.at(n, y, x, c) << ", not "
            << expected.at(n, y, x, c) << "; tolerance " << tolerance.at(n, y, x, c);
    }
  });
  EXPECT_EQ(wrong, 0U) << "of " << expected.shape().elements() << " values; the first: " << first.str();
}

}  // namespace colourize::tests
