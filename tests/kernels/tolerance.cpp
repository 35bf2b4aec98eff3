#include "tests/kernels/tolerance.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <map>
#include <sstream>

namespace colourize::tests {
namespace {

constexpr double epsilon = std::numeric_limits<float>::epsilon();

double bound(double operations, double magnitude) {
  return 4 * epsilon * std::sqrt(operations) * magnitude;
}

Tensor map(Tensor tensor, const auto& formula) {
  for (float& value : tensor.values()) value = static_cast<float>(formula(static_cast<double>(value)));
  return tensor;
}

// Calls visit(n, y, x, c).
void for_each(const kernels::Shape& shape, const auto& visit) {
  for (std::int64_t n = 0; n < shape.n; ++n) {
    for (std::int64_t y = 0; y < shape.h; ++y) {
      for (std::int64_t x = 0; x < shape.w; ++x) {
        for (std::int64_t c = 0; c < shape.c; ++c) visit(n, y, x, c);
      }
    }
  }
}

double largest_magnitude(const Tensor& tensor) {
  double largest = 0;
  for (const float value : tensor.values()) largest = std::max(largest, std::abs(static_cast<double>(value)));
  return largest;
}

// What an activation does to errors. None enlarges a value.
struct ActivationError {
  double slope = 1;     // at most: how much it enlarges the distance of two values
  double rounding = 0;  // of its own, over the value's magnitude, PyTorch's included
};

ActivationError error_of(kernels::Activation activation) {
  switch (activation) {
    case kernels::Activation::none:
    case kernels::Activation::relu:
    case kernels::Activation::relu6:
      return {};
  }
  return {};
}

// How far the value at this place may be off after the epilogue and so many operations, its own included, on results of this
// magnitude: an activation multiplies what was off before it by its slope, and adds its own error.
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

// Bias, scale, shift, residual: four operations more than products to sum, and PyTorch's rounding.
Tensor convolution_tolerance(const OperationCase& given) {
  const Tensor& input = given.activation("input");
  const kernels::Shape& in = input.shape();
  const weights::FloatTensor& weight = given.constants.at("weight");
  const std::int64_t channels = weight.shape[1];
  const std::int64_t group_out = weight.shape[0] / given.parameters.at("groups").get<std::int64_t>();
  const auto stride = given.parameters.at("stride").get<std::int64_t>();
  const auto padding = given.parameters.at("padding").get<std::vector<std::int64_t>>();
  const auto products = static_cast<double>(channels * weight.shape[2] * weight.shape[3]);
  Tensor tolerance(given.activation("output").shape());
  for_each(tolerance.shape(), [&](std::int64_t n, std::int64_t y, std::int64_t x, std::int64_t c) {
    const float* factor = &weight.values[static_cast<std::size_t>(c) * static_cast<std::size_t>(products)];
    double magnitude = given.constant("bias") != nullptr ? std::abs(given.constant("bias")[c]) : 0;
    for (std::int64_t channel = 0; channel < channels; ++channel) {
      for (std::int64_t i = 0; i < weight.shape[2]; ++i) {
        for (std::int64_t j = 0; j < weight.shape[3]; ++j, ++factor) {
          const std::int64_t from_y = y * stride + i - padding[0];
          const std::int64_t from_x = x * stride + j - padding[2];
          if (from_y < 0 || from_y >= in.h || from_x < 0 || from_x >= in.w) continue;
          magnitude +=
              std::abs(static_cast<double>(*factor) * input.at(n, from_y, from_x, c / group_out * channels + channel));
        }
      }
    }
    tolerance.at(n, y, x, c) = static_cast<float>(through_epilogue(given, products + 5, magnitude, n, y, x, c));
  });
  return tolerance;
}

// Scale, shift, residual, PyTorch. A clamp alone rounds nothing.
Tensor pointwise_tolerance(const OperationCase& given) {
  const Tensor& input = given.activation("input");
  Tensor tolerance(input.shape());
  const double operations = given.constant("scale") == nullptr && !given.activations.contains("residual") ? 0 : 4;
  for_each(tolerance.shape(), [&](std::int64_t n, std::int64_t y, std::int64_t x, std::int64_t c) {
    const double magnitude = std::abs(static_cast<double>(input.at(n, y, x, c)));
    tolerance.at(n, y, x, c) = static_cast<float>(through_epilogue(given, operations, magnitude, n, y, x, c));
  });
  return tolerance;
}

// Scale, shift, PyTorch; an input without an affine is copied. Upsampling takes three additions more, before all of that.
Tensor concatenate_tolerance(const OperationCase& given) {
  const ActivationError activation = error_of(given.activation_function("activation"));
  const auto activated = [&](double operations, double magnitude) {
    return static_cast<float>(activation.slope * bound(operations, magnitude) + activation.rounding * magnitude);
  };
  Tensor tolerance(given.activation("output").shape());
  std::int64_t before = 0;
  for (const std::string part : {"first", "second"}) {
    const Tensor& input = given.activation(part);
    const bool upsampled = part == "first" && given.parameters.value("upsample_first", false);
    if (upsampled) {
      const double magnitude = largest_magnitude(input);
      const float* scale = given.constant("first_scale");
      const float* shift = given.constant("first_shift");
      before = input.shape().c / 4;
      for_each(tolerance.shape(), [&](std::int64_t n, std::int64_t y, std::int64_t x, std::int64_t c) {
        if (c >= before) return;
        const double scaled = scale == nullptr ? magnitude : magnitude * std::abs(scale[c]) + std::abs(shift[c]);
        tolerance.at(n, y, x, c) = activated(scale == nullptr ? 4 : 6, scaled);
      });
      continue;
    }
    const float* scale = given.constant(part + "_scale");
    const float* shift = given.constant(part + "_shift");
    for_each(input.shape(), [&](std::int64_t n, std::int64_t y, std::int64_t x, std::int64_t c) {
      const double magnitude = std::abs(static_cast<double>(input.at(n, y, x, c)));
      tolerance.at(n, y, x, before + c) = scale == nullptr
                                              ? activated(0, magnitude)
                                              : activated(3, magnitude * std::abs(scale[c]) + std::abs(shift[c]));
    });
    before += input.shape().c;
  }
  return tolerance;
}

// Three additions and PyTorch; a mean is no larger than the largest value, and a quarter is exact.
Tensor upsample_tolerance(const OperationCase& given) {
  const double tolerance = bound(4, largest_magnitude(given.activation("input")));
  return map(given.activation("output"), [&](double /*value*/) { return tolerance; });
}

// A logit is a sum of d products, off by bound(d, S) where S is the sum of their magnitudes, at most; less the largest
// of its key, itself off by as much, and rounded once more at a magnitude of 2 S. What a logit is off by, its
// exponential is off by relatively, and 4 eps more for an exp() that is off by four units. The normalised weights b are
// a quotient of such exponentials: twice that. They sum to 1, so that the sum over values is no larger than the largest
// value V of the channel, and N additions twice over (the exponentials, the weighted values) come to bound(2 N, V).
// Last, gamma, the input and PyTorch.
Tensor self_attention_tolerance(const OperationCase& given) {
  const Tensor& query = given.activation("query");
  const Tensor& key = given.activation("key");
  const Tensor& value = given.activation("value");
  const kernels::Shape& shape = value.shape();
  const kernels::Shape one_picture = {1, shape.h, shape.w, 1};
  const double gamma = std::abs(given.parameters.at("gamma").get<double>());
  const auto positions = static_cast<double>(shape.h * shape.w);
  const auto depth = static_cast<double>(query.shape().c);
  Tensor tolerance(shape);
  for_each({shape.n, shape.h, shape.w, 1}, [&](std::int64_t n, std::int64_t y, std::int64_t x, std::int64_t /*c*/) {
    double logit = 0;
    for_each(one_picture, [&](auto /*n*/, auto i, auto j, auto /*c*/) {
      double sum = 0;
      for (std::int64_t c = 0; c < query.shape().c; ++c) {
        sum += std::abs(static_cast<double>(query.at(n, i, j, c)) * key.at(n, y, x, c));
      }
      logit = std::max(logit, sum);
    });
    const double exponent = 2 * bound(depth, logit) + epsilon * logit + 4 * epsilon;
    for (std::int64_t c = 0; c < shape.c; ++c) {
      double largest = 0;
      for_each(one_picture, [&](auto /*n*/, auto i, auto j, auto /*c*/) {
        largest = std::max(largest, std::abs(static_cast<double>(value.at(n, i, j, c))));
      });
      const double attended = 2 * exponent * largest + bound(2 * positions, largest);
      const double magnitude = gamma * largest + std::abs(given.activation("input").at(n, y, x, c));
      tolerance.at(n, y, x, c) = static_cast<float>(gamma * attended + bound(3, magnitude));
    }
  });
  return tolerance;
}

// exp() is off by four units at most, which moves the sigmoid by a quarter of that; then 1 +, the quotient, the range
// and its product, + low, PyTorch.
Tensor sigmoid_range_tolerance(const OperationCase& given) {
  const auto low = given.parameters.at("low").get<double>();
  const auto high = given.parameters.at("high").get<double>();
  const double tolerance = epsilon * (high - low) + bound(6, std::abs(low) + high - low);
  return map(given.activation("output"), [&](double /*value*/) { return tolerance; });
}

// The exponents are off by the division's rounding and the difference's, at the magnitude of the largest when a backend
// divides first; that and exp()'s four units count twice, as in attention. Then the sum over channels, the quotient,
// PyTorch. Below the smallest normal number a backend may give 0.
Tensor softmax_tolerance(const OperationCase& given) {
  const double temperature = given.parameters.at("temperature");
  const double largest = largest_magnitude(given.activation("input")) / temperature;
  const double relative = 2 * (bound(2, largest) + 4 * epsilon);
  const auto channels = static_cast<double>(given.activation("input").shape().c);
  return map(given.activation("output"), [&](double value) {
    return value * relative + bound(channels + 2, value) + static_cast<double>(std::numeric_limits<float>::min());
  });
}

// Values picked, not computed.
Tensor no_tolerance(const OperationCase& given) {
  return Tensor(given.activation("output").shape());
}

}  // namespace

Tensor tolerance_of(const OperationCase& given) {
  static const std::map<std::string, Tensor (*)(const OperationCase&)> tolerances = {
      {"convolution", convolution_tolerance},
      {"pointwise", pointwise_tolerance},
      {"max_pool", no_tolerance},
      {"upsample", upsample_tolerance},
      {"resize_nearest", no_tolerance},
      {"concatenate", concatenate_tolerance},
      {"self_attention", self_attention_tolerance},
      {"sigmoid_range", sigmoid_range_tolerance},
      {"softmax", softmax_tolerance}};
  return tolerances.at(given.operation)(given);
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
  for_each({out.n, (out.h + output_tile - 1) / output_tile, (out.w + output_tile - 1) / output_tile, out.c},
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
  for_each(expected.shape(), [&](std::int64_t n, std::int64_t y, std::int64_t x, std::int64_t c) {
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
