// The convolution's CUDA kernels, as they stand, on the CPU: every ungrouped case of the shared table, by every tile
// and with the sum in parts, against the reference backend on operands that are rounded alike, so that what is left is
// the kernel's own error.
#include "kernels/cuda/convolution.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <span>

#include "kernels/cuda/packing.h"
#include "tests/cuda/device_activation.h"
#include "tests/cuda/expectation.h"
#include "tests/emulation/cuda_twins.h"
#include "tests/emulation/operation_run.h"
#include "tests/emulation/recording.h"
#include "tests/emulation/seeds.h"

namespace colourize::tests {
namespace {

namespace cuda = kernels::cuda;
using kernels::ChannelOrder;
using kernels::Type;

// A kernel of convolution.h, or of convolution_float32.cu.
struct Variant {
  cuda::Algorithm algorithm = cuda::Algorithm::tensor_cores;
  int tile = 0;
  int splits = 1;

  bool is_wgmma() const { return cuda::half_tiles.at(static_cast<std::size_t>(tile)).wgmma; }
  Type type() const { return algorithm == cuda::Algorithm::tensor_cores ? Type::float16 : Type::float32; }
  std::string name() const {
    if (type() == Type::float32) return "float32";
    const cuda::TileShape& shape = cuda::half_tiles.at(static_cast<std::size_t>(tile));
    return std::string(shape.wgmma ? "wgmma_" : "") + std::to_string(shape.pixels) + "x" +
           std::to_string(shape.channels) + "_by_" + std::to_string(shape.warp_channels) +
           (splits > 1 ? "_parts" + std::to_string(splits) : "");
  }
};

constexpr float nan = std::numeric_limits<float>::quiet_NaN();

// A convolution of a case, in host memory.
class ConvolutionRun {
 public:
  ConvolutionRun(const OperationCase& given, const Variant& variant, ChannelOrder order)
      : variant_(variant),
        weights_(given.convolution_weights()),
        packing_(weights_, {.algorithm = variant.algorithm, .tile = variant.tile}, order),
        packed_(packing_.bytes() / sizeof(float)),
        bias_(packing_.bias()),
        input_(given.activation("input").shape(), variant.type()),
        output_(given.activation("output").shape(), variant.type()),
        residual_(given.activation("output").shape(), variant.type()),
        partial_(variant.splits > 1
                     ? static_cast<std::size_t>(variant.splits * output_.view().shape.pixels() * packing_.rows())
                     : 0,
                 nan) {
    for (std::int64_t row = 0; row < packing_.rows(); ++row) {
      packing_.write_row(row, std::as_writable_bytes(std::span(packed_)).data() +
                                  static_cast<std::size_t>(row) * packing_.row_bytes());
    }
    input_.write(given.activation("input"));
    task_ = {.input = input_.view(),
             .output = output_.view(),
             .weights = packed_.data(),
             .bias = bias_.empty() ? nullptr : bias_.data(),
             .kernel_h = weights_.kernel_h,
             .kernel_w = weights_.kernel_w,
             .stride = given.parameters.at("stride").get<int>(),
             .padding = given.padding(),
             .epilogue = {.before = given.activation_function("before"),
                          .affine = {given.constant("scale"), given.constant("shift")},
                          .residual = {},
                          .after = given.activation_function("after")},
             .tile = variant.tile,
             .splits = variant.splits,
             .partial = partial_.data()};
    if (given.activations.contains("residual")) {
      residual_.write(given.activation("residual"));
      task_.epilogue.residual = residual_.view();
    }
  }

  void launch() const {
    // Only GPUs of compute capability 9.0 have wgmma, and they have more shared memory.
    emulation::device.largest_shared_bytes = (variant_.is_wgmma() ? 227U : 99U) << 10U;
    if (variant_.type() == Type::float16) {
      cuda::convolution_float16(task_, nullptr);
    } else {
      cuda::convolution_float32(task_, nullptr);
    }
  }
  std::vector<std::span<const std::byte>> memory() const {
    return {input_.bytes(), output_.bytes(), residual_.bytes(), std::as_bytes(std::span(packed_)),
            std::as_bytes(std::span(partial_))};
  }
  DeviceActivation& output() { return output_; }

 private:
  Variant variant_;
  kernels::ConvolutionWeights weights_;
  cuda::Packing packing_;
  std::vector<float> packed_;  // bytes, aligned
  std::vector<float> bias_;
  DeviceActivation input_;
  DeviceActivation output_;
  DeviceActivation residual_;
  std::vector<float> partial_;
  cuda::ConvolutionTask task_;
};

void expect_equals_the_reference(const OperationCase& exact, const Variant& variant, ChannelOrder order) {
  const OperationCase given = rounded_case(variant.type(), exact);
  const testing::ScopedTrace trace(__FILE__, __LINE__, given.parameters.dump());
  auto [expected, tolerance] = expected_of(given, variant.type());
  if (order == ChannelOrder::planar) {
    expected = in_planes(expected);
    tolerance = in_planes(tolerance);
  }
  const auto seeds = emulation::seeds();
  for (const std::uint64_t seed : seeds) {
    // The largest blocks take long: one order that is the same each time and one that is not.
    if (variant.is_wgmma() && seed != seeds.front() && seed != seeds.back()) continue;
    ConvolutionRun run(given, variant, order);
    emulation::Recording recording(run.memory());
    emulation::setting = {.seed = seed, .recording = &recording};
    ASSERT_NO_THROW(run.launch()) << "seed " << seed;
    for (const emulation::AccessCost& cost : recording.costs()) {
      EXPECT_EQ(cost.most_ways, 1U) << "bank conflicts at " << cost.where;
    }
    const Tensor actual = run.output().read();
    for (std::size_t i = 0; i < actual.values().size(); ++i) {
      const float value = expected.values()[i];
      const float most = tolerance.values()[i] + rounding(variant.type(), value);
      ASSERT_NEAR(actual.values()[i], value, most) << "value " << i << ", seed " << seed;
    }
    EXPECT_EQ(run.output().strays(), 0) << "something was written around the output";
  }
}

// Parameters: the case, the kernel.
class CudaConvolution : public testing::TestWithParam<std::tuple<std::string, Variant>> {};

TEST_P(CudaConvolution, EqualsTheReferenceWithoutRacesOrConflicts) {
  const auto& [name, variant] = GetParam();
  expect_equals_the_reference(operation_case(name), variant, ChannelOrder::interleaved);
}

// Where an upsampling follows, the output may lie in planes.
class CudaConvolutionInPlanes : public CudaConvolution {};

TEST_P(CudaConvolutionInPlanes, EqualsTheReferenceWithoutRacesOrConflicts) {
  const auto& [name, variant] = GetParam();
  expect_equals_the_reference(operation_case(name), variant, ChannelOrder::planar);
}

std::vector<std::string> ungrouped_cases() {
  std::vector<std::string> names = cuda_case_names();
  std::erase_if(names, [](const std::string& name) {
    return !name.starts_with("convolution.") || operation_case(name).parameters.at("groups") != 1;
  });
  return names;
}

std::vector<std::string> shuffled_cases() {
  std::vector<std::string> names = ungrouped_cases();
  std::erase_if(names, [](const std::string& name) {
    const OperationCase given = operation_case(name);
    return given.activation("output").shape().c % 4 != 0 || given.constant("scale") != nullptr ||
           given.activations.contains("residual");
  });
  return names;
}

std::string name_of(const auto& info) {
  std::string name = std::get<0>(info.param) + "_" + std::get<1>(info.param).name();
  std::ranges::replace(name, '.', '_');
  return name;
}

// Every tile. Parts: as many as the longest sum has stages and more than the shortest, so that some are empty.
std::vector<Variant> variants() {
  std::vector<Variant> result;
  for (int tile = 0; tile < static_cast<int>(cuda::half_tiles.size()); ++tile) result.push_back({.tile = tile});
  result.push_back({.tile = 9, .splits = 3});
  result.push_back({.tile = 2, .splits = 3});
  result.push_back({.tile = 3, .splits = 8});
  result.push_back({.algorithm = cuda::Algorithm::multiply_adds});
  return result;
}

INSTANTIATE_TEST_SUITE_P(Cases, CudaConvolution,
                         testing::Combine(testing::ValuesIn(ungrouped_cases()), testing::ValuesIn(variants())),
                         [](const auto& info) { return name_of(info); });
INSTANTIATE_TEST_SUITE_P(Cases, CudaConvolutionInPlanes,
                         testing::Combine(testing::ValuesIn(shuffled_cases()),
                                          testing::Values(Variant{.tile = 0},
                                                          Variant{.algorithm = cuda::Algorithm::multiply_adds})),
                         [](const auto& info) { return name_of(info); });

TEST(CudaConvolutionInPlanes, ThereAreCases) {
  EXPECT_FALSE(shuffled_cases().empty());
}

}  // namespace
}  // namespace colourize::tests
