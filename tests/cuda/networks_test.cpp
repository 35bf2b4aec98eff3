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

// The generator, and what it sees.
struct Network {
  std::string name;
  std::string input;  // the side of a square of noise; or what follows `input.` in the name of a golden picture
  // In float32: PyTorch's own difference from float64 at this size, ten times, as in engine/networks_test.cpp.
  // DDColor's outputs span 80, the others' a few units.
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
    const std::string& name = GetParam().name;
    return recipe_generator(name.substr(0, name.find('-')), name, *golden(name));
  }
  static bool is_golden() { return GetParam().input.find(':') != std::string::npos; }
  static Tensor input(const Generator& generator, std::int64_t pictures) {
    if (!is_golden()) {
      const std::int64_t side = std::stoll(GetParam().input);
      return noise({pictures, side, side, generator.input_channels()});
    }
    const Tensor picture = golden_tensor(*golden(GetParam().name), "input." + GetParam().input);
    kernels::Shape shape = picture.shape();
    shape.n = pictures;
    Tensor batch(shape);
    // The others are the first one, with its rows moved up: no two are alike.
    const auto of_a_picture = static_cast<std::ptrdiff_t>(picture.values().size());
    for (std::ptrdiff_t n = 0; n < pictures; ++n) {
      const std::ptrdiff_t rows = shape.h / 3 * n;
      std::ranges::rotate_copy(picture.values(), picture.values().begin() + rows * shape.w * shape.c,
                               batch.values().begin() + n * of_a_picture);
    }
    return batch;
  }
};

TEST_P(CudaNetwork, EqualsTheReferenceInFloat32) {
  const Generator generator = CudaNetwork::generator();
  for (const std::int64_t pictures : {1, 3}) {
    const Tensor square = input(generator, pictures);
    const Tensor expected = run(generator, square, "reference", Precision::float32);
    const Tensor output = run(generator, square, "cuda", Precision::float32);
    const OutputError error = output_error(generator, output, expected);
    EXPECT_LE(error.largest, GetParam().float32_tolerance) << pictures;
    RecordProperty("largest_error_" + std::to_string(pictures), std::to_string(error.largest));
    if (pictures > 1 || !is_golden()) continue;
    // What the reference and the kernels do wrong alike, PyTorch does not.
    const Tensor published = golden_tensor(*golden(GetParam().name), "output." + GetParam().input);
    EXPECT_LE(output_error(generator, output, published).largest, GetParam().float32_tolerance);
  }
}

// What rounding the operands of every product to float16 changes is known from the reference; activations that are kept
// in float16 round residuals, affines and what is upsampled once more. The bound grows with the outputs: DDColor's a
// and b of up to 40, which float16 alone rounds by up to 40 * 2^-11 = 0.02, need none of their own.
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

std::string test_name(const testing::TestParamInfo<Network>& info) {
  std::string name = info.param.name + "_" + info.param.input;
  std::ranges::replace_if(
      name, [](char c) { return c == '-' || c == ':'; }, '_');
  return name;
}

INSTANTIATE_TEST_SUITE_P(All, CudaNetwork,
                         testing::Values(Network{"lite", "64", 2e-5}, Network{"wide-resnet18", "48", 3.7e-5},
                                         Network{"deep-resnet18", "48", 3.4e-5}, Network{"deep-resnet18", "32", 3.4e-5},
                                         Network{"ddcolor-small", "64:astronaut", 2.1e-3}),
                         test_name);
// A minute and a half on the emulated GPU.
#ifndef COLOURIZE_EMULATION
INSTANTIATE_TEST_SUITE_P(Wide, CudaNetwork, testing::Values(Network{"ddcolor-small", "64x96:shapes", 1.3e-3}),
                         test_name);
#endif

}  // namespace
}  // namespace colourize::tests
