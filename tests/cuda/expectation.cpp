#include "tests/cuda/expectation.h"

#include <algorithm>
#include <cmath>

#include "engine/device.h"
#include "tests/cuda/device_activation.h"
#include "tests/kernels/tolerance.h"

namespace colourize::tests {
namespace {

using kernels::Type;

Tensor reference(const OperationCase& given) {
  return run_operation(given, *open_device("reference"), Placement::packed);
}

// A concatenation whose first input is upsampled, as the two operations after each other.
Expected expected_of_both(const OperationCase& given) {
  const Tensor& input = given.activation("first");
  const kernels::Shape& shape = input.shape();
  OperationCase first{.operation = "upsample", .parameters = {}};
  first.activations["input"] = input;
  first.activations["output"] = Tensor({shape.n, 2 * shape.h, 2 * shape.w, shape.c / 4});
  OperationCase both = given;
  both.activations["first"] = reference(first);
  Expected result{reference(both), tolerance_of(both)};
  const Tensor before = tolerance_of(first);
  const float* scale = given.constant("first_scale");
  const kernels::Shape& out = before.shape();
  for (std::int64_t n = 0; n < out.n; ++n) {
    for (std::int64_t y = 0; y < out.h; ++y) {
      for (std::int64_t x = 0; x < out.w; ++x) {
        for (std::int64_t c = 0; c < out.c; ++c) {
          result.tolerance.at(n, y, x, c) += before.at(n, y, x, c) * (scale == nullptr ? 1 : std::abs(scale[c]));
        }
      }
    }
  }
  return result;
}

// Attention's weights are rounded to float16 before values are multiplied with them, after they were summed: they are off by
// 2^-11 of themselves, and by 2^-25 where they are denormal. Over their sum, which is at least 1, they come to 1.
double rounding_of_weights(const OperationCase& given) {
  double largest = 0;
  for (const float value : given.activation("value").values()) largest = std::max(largest, std::abs(double{value}));
  const kernels::Shape& shape = given.activation("value").shape();
  const double gamma = std::abs(given.parameters.at("gamma").get<double>());
  return gamma * largest * (half_epsilon + static_cast<double>(shape.h * shape.w) * half_least);
}

}  // namespace

OperationCase rounded_case(Type type, OperationCase given) {
  for (auto& [name, tensor] : given.activations) {
    if (name == "output") continue;
    for (float& value : tensor.values()) value = rounded_to(type, value);
  }
  if (const auto weight = given.constants.find("weight"); weight != given.constants.end()) {
    for (float& value : weight->second.values) value = rounded_to(type, value);
  }
  return given;
}

Expected expected_of(const OperationCase& given, Type type) {
  if (given.parameters.value("upsample_first", false)) return expected_of_both(given);
  Expected result{reference(given), tolerance_of(given)};
  if (given.operation == "self_attention" && type == Type::float16) {
    const auto more = static_cast<float>(rounding_of_weights(given));
    for (float& value : result.tolerance.values()) value += more;
  }
  return result;
}

}  // namespace colourize::tests
