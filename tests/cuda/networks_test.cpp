// Whole networks by the CUDA kernels: small ones, in both precisions, one picture and three. Compiled twice, for the
// emulated runtime and for a GPU.
#include <gtest/gtest.h>

#include <algorithm>

#include "engine/device.h"
#include "engine/graph/executor.h"
#include "tests/cuda/usable.h"
#include "tests/support/golden.h"

namespace colourize::tests {
namespace {

using kernels::Precision;

Tensor run(const Generator& generator, const Tensor& input, const std::string& device, Precision precision) {
  const auto backend = open_device(device, {.precision = precision}, ignore_warnings);
  return graph::Executor(generator.graph, *backend).run(input);
}

// The generator, and a side that it takes.
struct Network {
  std::string name;
  std::int64_t side = 0;
  // In float32: PyTorch's own difference from float64 at this size, ten times, as in engine/networks_test.cpp.
  double float32_tolerance = 0;
};

void PrintTo(const Network& network, std::ostream* stream) {
  *stream << network.name;
}

class CudaNetwork : public testing::TestWithParam<Network> {
 protected:
  void SetUp() override {
    if (!cuda_is_usable()) GTEST_SKIP() << "there is no GPU here";
  }
  static Generator generator() {
    if (GetParam().name == "lite") return build_generator(weights::Weights::builtin());
    return recipe_generator(GetParam().name.substr(0, 4), GetParam().name, *golden(GetParam().name));
  }
  static Tensor input(const Generator& generator, std::int64_t pictures) {
    return noise({pictures, GetParam().side, GetParam().side, generator.input_channels()});
  }
};

TEST_P(CudaNetwork, EqualsTheReferenceInFloat32) {
  const Generator generator = CudaNetwork::generator();
  for (const std::int64_t pictures : {1, 3}) {
    const Tensor square = input(generator, pictures);
    const Tensor expected = run(generator, square, "reference", Precision::float32);
    const OutputError error = output_error(generator, run(generator, square, "cuda", Precision::float32), expected);
    EXPECT_LE(error.largest, GetParam().float32_tolerance) << pictures;
  }
}

// What rounding the operands of every product to float16 changes is known from the reference; activations that are kept
// in float16 round residuals, affines and what is upsampled once more.
TEST_P(CudaNetwork, IsAsNearInFloat16AsRoundingAllows) {
  const Generator generator = CudaNetwork::generator();
  for (const std::int64_t pictures : {1, 3}) {
    const Tensor square = input(generator, pictures);
    const Tensor exact = run(generator, square, "reference", Precision::float32);
    const Tensor rounded = run(generator, square, "reference", Precision::float16);
    const OutputError allowed = output_error(generator, rounded, exact);
    const OutputError error = output_error(generator, run(generator, square, "cuda", Precision::float16), exact);
    EXPECT_LE(error.mean, 2 * allowed.mean) << pictures;
    EXPECT_LE(error.largest, 2 * allowed.largest) << pictures;
    RecordProperty("mean_error_" + std::to_string(pictures), std::to_string(error.mean));
    RecordProperty("mean_rounding_" + std::to_string(pictures), std::to_string(allowed.mean));
  }
}

// A run step by step, then twice a replayed graph of its launches.
TEST_P(CudaNetwork, GivesTheSameBytesAgain) {
#if defined(__SANITIZE_ADDRESS__)
  // Three runs, each of half a minute, of the same kernels on the same memory as the tests above have.
  if (GetParam().name != "lite") GTEST_SKIP() << "the released build runs it";
#endif
  const Generator generator = CudaNetwork::generator();
  const auto backend = open_device("cuda", {}, ignore_warnings);
  graph::Executor executor(generator.graph, *backend);
  const Tensor square = input(generator, 1);
  const Tensor first = executor.run(square);
  for (int again = 0; again < 2; ++again) {
    EXPECT_TRUE(std::ranges::equal(executor.run(square).values(), first.values())) << again;
  }
}

INSTANTIATE_TEST_SUITE_P(All, CudaNetwork,
                         testing::Values(Network{"lite", 64, 2e-5}, Network{"wide-resnet18", 48, 3.7e-5},
                                         Network{"deep-resnet18", 48, 3.4e-5}, Network{"deep-resnet18", 32, 3.4e-5}),
                         [](const auto& info) {
                           std::string name = info.param.name + "_" + std::to_string(info.param.side);
                           std::ranges::replace(name, '-', '_');
                           return name;
                         });

}  // namespace
}  // namespace colourize::tests
