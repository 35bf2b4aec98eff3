// Convolutions whose weights are float16 in the file, on every instruction set of this machine. Widening a number is
// exact, so they must give the bytes that the widened weights give, which other tests compare with PyTorch's.
#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <random>

#include "kernels/cpu/choice.h"
#include "kernels/cpu/cpu.h"
#include "kernels/cpu/operations.h"
#include "tests/kernels/algorithm_name.h"
#include "tests/kernels/operation_case.h"

namespace colourize::tests {
namespace {

using kernels::Shape;
using kernels::cpu::Algorithm;

struct Form {
  Shape input;
  std::int64_t out_channels;
  int kernel = 1;
  int groups = 1;
};

// Any finite float16: zeros and subnormal numbers of either sign, the largest, and so on.
std::vector<std::uint16_t> halves(std::size_t count) {
  constexpr std::array<std::uint16_t, 8> special = {0x0000, 0x8000, 0x0001, 0x8001, 0x03FF, 0x0400, 0x7BFF, 0xFBFF};
  std::mt19937 random(1);  // NOLINT(cert-msc32-c,cert-msc51-cpp): the same numbers every time
  std::vector<std::uint16_t> result(count);
  for (std::uint16_t& half : result) {
    const auto bits = static_cast<std::uint16_t>(random());
    const bool finite = (bits & 0x7C00U) != 0x7C00U;
    half = finite ? bits : special.at(bits % special.size());
  }
  return result;
}

// With float16 weights; "weight" has them widened. Nobody has computed the output.
OperationCase convolution_case(const Form& form) {
  const int margin = form.kernel / 2;
  OperationCase given{.operation = "convolution",
                      .parameters = {{"stride", 1},
                                     {"padding", {margin, margin, margin, margin}},
                                     {"groups", form.groups},
                                     {"before", "none"},
                                     {"after", "none"}},
                      .activations = {},
                      .constants = {}};
  Tensor input(form.input);
  std::mt19937 random(2);  // NOLINT(cert-msc32-c,cert-msc51-cpp)
  std::uniform_real_distribution<float> values(-1, 1);
  for (float& value : input.values()) value = values(random);
  given.activations.emplace("input", std::move(input));
  given.activations.emplace("output", Tensor({form.input.n, form.input.h, form.input.w, form.out_channels}));
  const std::int64_t channels = form.input.c / form.groups;
  given.half_weight = halves(static_cast<std::size_t>(form.out_channels * channels * form.kernel * form.kernel));
  given.constants.emplace(
      "weight",
      weights::FloatTensor{{form.out_channels, channels, form.kernel, form.kernel},
                           weights::widened(weights::DataType::f16, std::as_bytes(std::span(given.half_weight)))});
  return given;
}

class HalfWeights : public testing::TestWithParam<Algorithm> {
 protected:
  static void expect_bytes_of_widened(const Form& form) {
    SCOPED_TRACE(testing::Message() << form.input.h << " x " << form.input.w << " x " << form.input.c << ", kernel "
                                    << form.kernel << ", to " << form.out_channels);
    const Algorithm algorithm = GetParam();
    const OperationCase stored = convolution_case(form);
    OperationCase widened = stored;
    widened.half_weight.clear();
    for (const kernels::cpu::Target& target : kernels::cpu::targets()) {
      if (!kernels::cpu::usable(target)) continue;
      SCOPED_TRACE(target.name);
      const auto backend = kernels::cpu::create(target, {.threads = 2}, &algorithm);
      const Tensor expected = run_operation(widened, *backend, Placement::packed);
      for (const Placement placement : {Placement::packed, Placement::slices}) {
        const Tensor actual = run_operation(stored, *backend, placement);
        EXPECT_TRUE(std::ranges::equal(std::as_bytes(actual.values()), std::as_bytes(expected.values())));
      }
    }
  }
};

// Panels that are whole, half and partly padding, on each instruction set: a vector has 1 to 16 lanes.
TEST_P(HalfWeights, OfEveryNumberOfOutputs) {
  for (std::int64_t outputs = 1; outputs <= 35; ++outputs) expect_bytes_of_widened({{1, 2, 3, 5}, outputs, 3});
}

// A row of weights that fills no whole number of vectors.
TEST_P(HalfWeights, OfEveryNumberOfInputs) {
  for (std::int64_t inputs = 1; inputs <= 20; ++inputs) expect_bytes_of_widened({{1, 3, 4, inputs}, 19, 3});
}

// Sums that are cut into blocks, several blocks of pixels and panels, and parts with few pixels.
TEST_P(HalfWeights, OfManyChannelsAndPixels) {
  expect_bytes_of_widened({{1, 7, 8, 410}, 40, 3});
  expect_bytes_of_widened({{1, 19, 23, 17}, 300, 3});
}

INSTANTIATE_TEST_SUITE_P(Cpu, HalfWeights,
                         testing::Values(Algorithm::implicit_gemm, Algorithm::streamed_weights,
                                         Algorithm::streamed_winograd, Algorithm::winograd_2x2),
                         algorithm_name);

class HalfWeightsOfOneTap : public HalfWeights {};

// A product that reads the input where it lies, with all of a sum at once or in blocks.
TEST_P(HalfWeightsOfOneTap, OfManyChannelsAndPixels) {
  for (const std::int64_t channels : {1, 31, 700, 1300}) expect_bytes_of_widened({{2, 11, 13, channels}, 50});
}

TEST_P(HalfWeightsOfOneTap, OfFewPixels) {
  for (const std::int64_t pixels : {1, 2, 7, 8, 15}) expect_bytes_of_widened({{1, 1, pixels, 33}, 70});
}

TEST_P(HalfWeightsOfOneTap, OfAFewOutputs) {
  expect_bytes_of_widened({{1, 3, 5, 45}, 3});
}

INSTANTIATE_TEST_SUITE_P(Cpu, HalfWeightsOfOneTap,
                         testing::Values(Algorithm::implicit_gemm, Algorithm::streamed_weights,
                                         Algorithm::dot_products),
                         algorithm_name);

class HalfWeightsInGroups : public HalfWeights {};

TEST_P(HalfWeightsInGroups, OfSeveralOutputsEach) {
  expect_bytes_of_widened({{1, 5, 6, 21}, 57, 3, 3});
}

INSTANTIATE_TEST_SUITE_P(Cpu, HalfWeightsInGroups, testing::Values(Algorithm::implicit_gemm),
                         [](const auto& /*info*/) { return "ImplicitGEMM"; });

// What an algorithm makes of weights in either type.
std::unique_ptr<kernels::PreparedConvolution> prepared(kernels::Backend& backend, const OperationCase& given) {
  kernels::ConvolutionArgs args;
  args.input.shape = given.activation("input").shape();
  args.output.shape = given.activation("output").shape();
  args.padding = given.padding();
  const kernels::ConvolutionWeights weights = given.convolution_weights();
  auto result = backend.prepare(weights, args);
  if (!result->layout().empty()) result->use(nullptr, backend.pack(*result, weights));
  return result;
}

TEST(HalfWeightsInMemory, TakeHalfAsMuchInALayoutOfTheirOwn) {
  const OperationCase stored = convolution_case({{1, 5, 6, 21}, 57, 3});
  OperationCase widened = stored;
  widened.half_weight.clear();
  constexpr Algorithm algorithm = Algorithm::implicit_gemm;
  for (const kernels::cpu::Target& target : kernels::cpu::targets()) {
    if (!kernels::cpu::usable(target)) continue;
    SCOPED_TRACE(target.name);
    const auto backend = kernels::cpu::create(target, {.threads = 2}, &algorithm);
    const auto half = prepared(*backend, stored);
    const auto plain = prepared(*backend, widened);
    EXPECT_TRUE(half->takes_float16());
    EXPECT_FALSE(plain->takes_float16());
    EXPECT_NE(half->layout(), plain->layout());
    EXPECT_GE(plain->facts().packed_bytes, std::size_t{57} * 21 * 9 * sizeof(float));
    EXPECT_EQ(2 * half->facts().packed_bytes, plain->facts().packed_bytes);
  }
}

}  // namespace
}  // namespace colourize::tests
