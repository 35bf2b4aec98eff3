#include "tests/cuda/expectation.h"

#include <algorithm>
#include <array>

#include "engine/device.h"
#include "kernels/cuda/operations.h"
#include "tests/cuda/device_activation.h"
#include "tests/kernels/tolerance.h"
#include "tests/operations/tested.h"

namespace colourize::tests {
namespace {

using kernels::Type;

Tensor reference(const OperationCase& given) {
  return run_operation(given, *open_device("reference", {}, ignore_warnings), Placement::packed);
}

// What kernels/README.md says that CUDA does not compute.
bool is_refused(const OperationCase& given) {
  if (given.operation == "pointwise") return false;
  if (given.operation == "attention") {
    const std::int64_t depth = given.activation("query").shape().c / given.parameters.at("heads").get<std::int64_t>();
    return depth % 8 != 0 || depth > 64;
  }
  return std::ranges::any_of(std::array{"before", "after", "activation"}, [&](auto part) {
    return given.parameters.contains(part) && !kernels::cuda::fuses(given.activation_function(part));
  });
}

}  // namespace

std::vector<std::string> cuda_case_names() {
  std::vector<std::string> names = operation_case_names();
  std::erase_if(names, [](const std::string& name) { return is_refused(operation_case(name)); });
  return names;
}

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
  const double more = visit_operation(given.operation, [&](const auto& tested) {
    return type == Type::float16 && tested.more_on_float16 != nullptr ? tested.more_on_float16(given) : 0.0;
  });
  for (float& value : result.tolerance.values()) value += static_cast<float>(more);
  return result;
}

}  // namespace colourize::tests
