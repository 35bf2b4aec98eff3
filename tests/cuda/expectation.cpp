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
  Expected result{reference(given), tolerance_of(given)};
  if (given.operation == "self_attention" && type == Type::float16) {
    const auto more = static_cast<float>(rounding_of_weights(given));
    for (float& value : result.tolerance.values()) value += more;
  }
  return result;
}

}  // namespace colourize::tests
