// The convolution's CUDA kernel, as it stands, on the CPU: every ungrouped case of the shared table against the reference
// backend on operands that are rounded to float16 alike, so that what is left is the kernel's own error.
#include "kernels/cuda/convolution.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <random>
#include <span>

#include "kernels/backend.h"
#include "tests/emulation/cuda_twins.h"
#include "tests/emulation/recording.h"
#include "tests/kernels/operation_case.h"
#include "tests/kernels/tolerance.h"

namespace colourize::tests {
namespace {

namespace cuda = kernels::cuda;

constexpr float half_epsilon = 0x1p-11F;  // largest relative error of rounding to float16
constexpr float half_least = 0x1p-25F;    // and absolute, where it is denormal
constexpr float unwritten = std::numeric_limits<float>::quiet_NaN();

float rounded(float value) {
  return __half2float(__float2half(value));
}

// An activation in float16: pixels begin at multiples of 16 bytes, NaN lies between and around them.
class HalfActivation {
 public:
  explicit HalfActivation(const kernels::Shape& shape)
      : stride_((shape.c + 15) / 8 * 8),
        memory_(static_cast<std::size_t>((shape.pixels() + 2 * margin) * stride_), __float2half(unwritten)),
        view_{memory_.data() + margin * stride_,
              shape,
              {shape.h * shape.w * stride_, shape.w * stride_, stride_},
              kernels::Type::float16} {}
  HalfActivation(const HalfActivation&) = delete;
  HalfActivation& operator=(const HalfActivation&) = delete;

  void write(const Tensor& tensor) {
    const float* from = tensor.values().data();
    for (std::int64_t pixel = 0; pixel < view_.shape.pixels(); ++pixel) {
      for (std::int64_t c = 0; c < view_.shape.c; ++c) at(pixel, c) = __float2half(*from++);
    }
  }
  Tensor read() {
    Tensor tensor(view_.shape);
    float* to = tensor.values().data();
    for (std::int64_t pixel = 0; pixel < view_.shape.pixels(); ++pixel) {
      for (std::int64_t c = 0; c < view_.shape.c; ++c) *to++ = __half2float(at(pixel, c));
    }
    return tensor;
  }
  // How many numbers lie where none belong.
  std::int64_t strays() {
    for (std::int64_t pixel = 0; pixel < view_.shape.pixels(); ++pixel) {
      for (std::int64_t c = 0; c < view_.shape.c; ++c) at(pixel, c) = __float2half(unwritten);
    }
    return std::ranges::count_if(memory_, [](__half value) { return !std::isnan(__half2float(value)); });
  }

  const kernels::View& view() const { return view_; }
  std::span<const std::byte> bytes() const { return std::as_bytes(std::span(memory_)); }

 private:
  static constexpr std::int64_t margin = 2;  // pixels

  __half& at(std::int64_t pixel, std::int64_t c) {
    return memory_[static_cast<std::size_t>((margin + pixel) * stride_ + c)];
  }

  std::int64_t stride_;
  std::vector<__half> memory_;
  kernels::View view_;
};

OperationCase with_halves(OperationCase given) {
  for (auto& [name, tensor] : given.activations) {
    if (name != "output") std::ranges::transform(tensor.values(), tensor.values().begin(), rounded);
  }
  auto& weight = given.constants.at("weight").values;
  std::ranges::transform(weight, weight.begin(), rounded);
  return given;
}

kernels::Activation activation_of(const OperationCase& given, const std::string& name) {
  const auto found = given.parameters.value(name, std::string("none"));
  if (found == "none") return kernels::Activation::none;
  return found == "relu" ? kernels::Activation::relu : kernels::Activation::relu6;
}

Tensor run_reference(const OperationCase& given) {
  const auto entry = std::ranges::find(kernels::backends(), "reference", &kernels::BackendEntry::name);
  return run_operation(given, *entry->create({}), Placement::packed);
}

class CudaConvolution : public testing::TestWithParam<std::string> {};

TEST_P(CudaConvolution, EqualsTheReferenceWithoutRacesOrConflicts) {
  const OperationCase given = with_halves(operation_case(GetParam()));
  const testing::ScopedTrace trace(__FILE__, __LINE__, given.parameters.dump());
  const weights::FloatTensor& weight = given.constants.at("weight");
  const kernels::ConvolutionWeights weights{.weight = weight.values.data(),
                                            .bias = given.constant("bias"),
                                            .out_channels = weight.shape[0],
                                            .in_channels = weight.shape[1],
                                            .kernel_h = static_cast<int>(weight.shape[2]),
                                            .kernel_w = static_cast<int>(weight.shape[3])};
  const cuda::HalfWeights packed = cuda::half_weights(weights);
  HalfActivation input(given.activation("input").shape());
  HalfActivation output(given.activation("output").shape());
  HalfActivation residual(given.activation("output").shape());
  input.write(given.activation("input"));
  const auto padding = given.parameters.at("padding").get<std::vector<int>>();
  cuda::ConvolutionTask task{.input = input.view(),
                             .output = output.view(),
                             .weights = packed.values.data(),
                             .weight_channels = packed.in_channels,
                             .bias = given.constant("bias"),
                             .kernel_h = weights.kernel_h,
                             .kernel_w = weights.kernel_w,
                             .stride = given.parameters.at("stride").get<int>(),
                             .padding = {padding[0], padding[1], padding[2], padding[3]},
                             .epilogue = {.before = activation_of(given, "before"),
                                          .affine = {given.constant("scale"), given.constant("shift")},
                                          .after = activation_of(given, "after")}};
  if (given.activations.contains("residual")) {
    residual.write(given.activation("residual"));
    task.epilogue.residual = residual.view();
  }

  const Tensor expected = run_reference(given);
  const Tensor tolerance = tolerance_of(given);
  const std::uint64_t random = std::random_device()();
  for (const std::uint64_t seed : {std::uint64_t{1}, std::uint64_t{2}, random}) {
    emulation::Recording recording(
        {input.bytes(), output.bytes(), residual.bytes(), std::as_bytes(std::span(packed.values))});
    emulation::setting = {.seed = seed, .recording = &recording};
    ASSERT_NO_THROW(cuda::convolution(task, nullptr)) << "seed " << seed;
    for (const emulation::AccessCost& cost : recording.costs()) {
      EXPECT_EQ(cost.most_ways, 1U) << "bank conflicts at " << cost.where;
    }
    const Tensor actual = output.read();
    for (std::size_t i = 0; i < actual.values().size(); ++i) {
      const float value = expected.values()[i];
      const float most = tolerance.values()[i] + half_epsilon * std::abs(value) + half_least;
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
