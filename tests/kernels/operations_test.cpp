// Every operation of every backend that is usable here against PyTorch's numbers, case by case: operation_case.h.
//
// The tolerances are derived, from the same tensors, not tuned. With eps = 2^-23 each float32 operation is off by at
// most eps / 2 of its result, so that n of them in a row, whose results nowhere exceed `magnitude`, are off by at most
// n eps / 2 * magnitude. For sums of many products nobody comes near that: errors of either sign cancel, and grow as
// sqrt(n) (Higham and Mary 2019, "A new approach to probabilistic rounding error analysis"). Hence
//
//   tolerance = 4 * eps * sqrt(n) * magnitude
//
// which is above the certain bound up to n = 64, and beyond it asks for errors that do not conspire, in whatever order
// a backend sums. It still is narrow: one missing product of n shows as magnitude / n, above the tolerance up to
// n = 16000; the longest sum here has 2331. PyTorch's numbers, float64 rounded once, count as one operation more.
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <cstring>
#include <limits>
#include <sstream>
#include <tuple>

#include "tests/kernels/operation_case.h"

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

// The largest that the value at this place can be on its way through the epilogue. Activations never enlarge a value,
// nor the distance of two.
double through_epilogue(const OperationCase& given, double magnitude, std::int64_t n, std::int64_t y, std::int64_t x,
                        std::int64_t c) {
  if (const float* scale = given.constant("scale")) {
    magnitude = magnitude * std::abs(scale[c]) + std::abs(given.constant("shift")[c]);
  }
  if (given.activations.contains("residual")) magnitude += std::abs(given.activation("residual").at(n, y, x, c));
  return magnitude;
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
    tolerance.at(n, y, x, c) = static_cast<float>(bound(products + 5, through_epilogue(given, magnitude, n, y, x, c)));
  });
  return tolerance;
}

// Scale, shift, residual, PyTorch. An activation alone rounds nothing.
Tensor pointwise_tolerance(const OperationCase& given) {
  const Tensor& input = given.activation("input");
  Tensor tolerance(input.shape());
  if (given.constant("scale") == nullptr && !given.activations.contains("residual")) return tolerance;
  for_each(tolerance.shape(), [&](std::int64_t n, std::int64_t y, std::int64_t x, std::int64_t c) {
    const double magnitude = std::abs(static_cast<double>(input.at(n, y, x, c)));
    tolerance.at(n, y, x, c) = static_cast<float>(bound(4, through_epilogue(given, magnitude, n, y, x, c)));
  });
  return tolerance;
}

// Scale, shift, PyTorch; an input without an affine is copied.
Tensor concatenate_tolerance(const OperationCase& given) {
  Tensor tolerance(given.activation("output").shape());
  std::int64_t before = 0;
  for (const std::string part : {"first", "second"}) {
    const Tensor& input = given.activation(part);
    if (const float* scale = given.constant(part + "_scale")) {
      const float* shift = given.constant(part + "_shift");
      for_each(input.shape(), [&](std::int64_t n, std::int64_t y, std::int64_t x, std::int64_t c) {
        const double magnitude = std::abs(static_cast<double>(input.at(n, y, x, c)) * scale[c]) + std::abs(shift[c]);
        tolerance.at(n, y, x, before + c) = static_cast<float>(bound(3, magnitude));
      });
    }
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

void expect_equals_pytorch(const Tensor& output, const OperationCase& given) {
  const Tensor& expected = given.activation("output");
  const Tensor tolerance = tolerance_of(given);
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

// The same operation on more of the same numbers, enough for several threads at once: sixteen times the pictures; in
// attention, which takes them one by one, eight times the positions.
OperationCase enlarged(OperationCase given) {
  for (auto& [name, tensor] : given.activations) {
    kernels::Shape shape = tensor.shape();
    if (given.operation == "self_attention") {
      shape.h *= 8;
    } else {
      shape.n *= 16;
    }
    Tensor larger(shape);
    for (auto to = larger.values().begin(); to != larger.values().end();) {
      to = std::ranges::copy(tensor.values(), to).out;
    }
    tensor = larger;
  }
  return given;
}

std::vector<std::string> usable_backends() {
  std::vector<std::string> names;
  for (const kernels::BackendEntry& entry : kernels::backends()) {
    if (entry.usable()) names.emplace_back(entry.name);
  }
  return names;
}

// Parameters: the backend, the case.
class Operation : public testing::TestWithParam<std::tuple<std::string, std::string>> {
 protected:
  void SetUp() override {
    // The tolerances are those of float32; a backend that keeps less needs its own.
    ASSERT_EQ(backend(1)->activation_type(), kernels::Type::float32);
  }

  static std::unique_ptr<kernels::Backend> backend(int threads) {
    const auto entry = std::ranges::find(kernels::backends(), std::get<0>(GetParam()), &kernels::BackendEntry::name);
    return entry->create({.threads = threads});
  }

  Tensor run(int threads, Placement placement) const { return run_operation(given_, *backend(threads), placement); }

  const OperationCase given_ = operation_case(std::get<1>(GetParam()));
  const testing::ScopedTrace trace_{__FILE__, __LINE__, given_.parameters.dump()};
};

TEST_P(Operation, EqualsPyTorch) {
  expect_equals_pytorch(run(1, Placement::packed), given_);
}

TEST_P(Operation, GivesTheSameBytesAtThreeThreads) {
  const OperationCase large = enlarged(given_);
  const Tensor one = run_operation(large, *backend(1), Placement::packed);
  const Tensor three = run_operation(large, *backend(3), Placement::packed);
  EXPECT_EQ(std::memcmp(one.values().data(), three.values().data(), one.values().size_bytes()), 0);
}

TEST_P(Operation, EqualsPyTorchOnSlices) {
  expect_equals_pytorch(run(3, Placement::slices), given_);
}

// Those whose contract says "y may be x".
class OperationInPlace : public Operation {};

TEST_P(OperationInPlace, EqualsPyTorch) {
  expect_equals_pytorch(run(3, Placement::in_place), given_);
}

std::vector<std::string> in_place_case_names() {
  std::vector<std::string> names = operation_case_names();
  std::erase_if(names, [](const std::string& name) {
    return !name.starts_with("pointwise") && !name.starts_with("sigmoid_range") && !name.starts_with("softmax");
  });
  return names;
}

std::string name_of(const auto& info) {
  std::string name = std::get<0>(info.param) + "_" + std::get<1>(info.param);
  std::ranges::replace_if(
      name, [](unsigned char c) { return std::isalnum(c) == 0; }, '_');
  return name;
}

INSTANTIATE_TEST_SUITE_P(Backends, Operation,
                         testing::Combine(testing::ValuesIn(usable_backends()),
                                          testing::ValuesIn(operation_case_names())),
                         [](const auto& info) { return name_of(info); });
INSTANTIATE_TEST_SUITE_P(Backends, OperationInPlace,
                         testing::Combine(testing::ValuesIn(usable_backends()),
                                          testing::ValuesIn(in_place_case_names())),
                         [](const auto& info) { return name_of(info); });

}  // namespace
}  // namespace colourize::tests
