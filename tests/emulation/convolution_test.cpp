// The convolution's CUDA kernel, as it stands, on the CPU: every ungrouped case of the shared table against the reference
// backend on operands that are rounded to float16 alike, so that what is left is the kernel's own error.
#include "kernels/cuda/convolution.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <random>
#include <span>

#include "engine/device.h"
#include "tests/emulation/cuda_twins.h"
#include "tests/emulation/device_activation.h"
#include "tests/emulation/recording.h"
#include "tests/kernels/operation_case.h"
#include "tests/kernels/tolerance.h"

namespace colourize::tests {
namespace {

namespace cuda = kernels::cuda;

constexpr auto type = kernels::Type::float16;

float rounded_to_half(float value) {
  return rounded_to(type, value);
}

OperationCase with_halves(OperationCase given) {
  for (auto& [name, tensor] : given.activations) {
    if (name != "output") std::ranges::transform(tensor.values(), tensor.values().begin(), rounded_to_half);
  }
  auto& weight = given.constants.at("weight").values;
  std::ranges::transform(weight, weight.begin(), rounded_to_half);
  return given;
}

Tensor run_reference(const OperationCase& given) {
  return run_operation(given, *open_device("reference"), Placement::packed);
}

class CudaConvolution : public testing::TestWithParam<std::string> {};

TEST_P(CudaConvolution, EqualsTheReferenceWithoutRacesOrConflicts) {
  const OperationCase given = with_halves(operation_case(GetParam()));
  const testing::ScopedTrace trace(__FILE__, __LINE__, given.parameters.dump());
  const kernels::ConvolutionWeights weights = given.convolution_weights();
  const std::vector<__half> packed = cuda::half_weights(weights);
  DeviceActivation input(given.activation("input").shape(), type);
  DeviceActivation output(given.activation("output").shape(), type);
  DeviceActivation residual(given.activation("output").shape(), type);
  input.write(given.activation("input"));
  cuda::ConvolutionTask task{.input = input.view(),
                             .output = output.view(),
                             .weights = packed.data(),
                             .bias = weights.bias,
                             .kernel_h = weights.kernel_h,
                             .kernel_w = weights.kernel_w,
                             .stride = given.parameters.at("stride").get<int>(),
                             .padding = given.padding(),
                             .epilogue = {.before = given.activation_function("before"),
                                          .affine = {given.constant("scale"), given.constant("shift")},
                                          .after = given.activation_function("after")}};
  if (given.activations.contains("residual")) {
    residual.write(given.activation("residual"));
    task.epilogue.residual = residual.view();
  }

  const Tensor expected = run_reference(given);
  const Tensor tolerance = tolerance_of(given);
  const std::uint64_t random = std::random_device()();
  for (const std::uint64_t seed : {std::uint64_t{1}, std::uint64_t{2}, random}) {
    emulation::Recording recording({input.bytes(), output.bytes(), residual.bytes(), std::as_bytes(std::span(packed))});
    emulation::setting = {.seed = seed, .recording = &recording};
    ASSERT_NO_THROW(cuda::convolution(task, nullptr)) << "seed " << seed;
    for (const emulation::AccessCost& cost : recording.costs()) {
      EXPECT_EQ(cost.most_ways, 1U) << "bank conflicts at " << cost.where;
    }
    const Tensor actual = output.read();
    for (std::size_t i = 0; i < actual.values().size(); ++i) {
      const float value = expected.values()[i];
      const float most = tolerance.values()[i] + rounding(type, value);
      ASSERT_NEAR(actual.values()[i], value, most) << "value " << i << ", seed " << seed;
    }
    EXPECT_EQ(output.strays(), 0) << "something was written around the output";
  }
}

std::vector<std::string> ungrouped_cases() {
  std::vector<std::string> names = operation_case_names();
  std::erase_if(names, [](const std::string& name) {
    return !name.starts_with("convolution.") || operation_case(name).parameters.at("groups") != 1;
  });
  return names;
}

INSTANTIATE_TEST_SUITE_P(Cases, CudaConvolution, testing::ValuesIn(ungrouped_cases()), [](const auto& info) {
  std::string name = info.param;
  std::ranges::replace(name, '.', '_');
  return name;
});

}  // namespace
}  // namespace colourize::tests
