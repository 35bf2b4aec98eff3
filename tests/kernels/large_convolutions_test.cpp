// Convolutions larger than PyTorch's cases, which are small to stay small in the repository: so many tiles that a part
// of the work has several and that there are several blocks of them, so many channels that a sum is cut into blocks.
// Every algorithm on every instruction set of this machine, against sums in double precision.
#include <gtest/gtest.h>

#include <algorithm>
#include <random>

#include "kernels/cpu/choice.h"
#include "kernels/cpu/cpu.h"
#include "kernels/cpu/operations.h"
#include "tests/kernels/algorithm_name.h"
#include "tests/kernels/operation_case.h"
#include "tests/kernels/tolerance.h"

namespace colourize::tests {
namespace {

using kernels::Shape;
using kernels::cpu::Algorithm;

struct Form {
  Shape input;
  std::int64_t out_channels;
  int kernel;
  int stride = 1;
  int groups = 1;
  bool padded = true;  // by half a kernel, so that at stride 1 the output is as large as the input
};

// The activation after it is ReLU6 where `activated`.
OperationCase convolution_case(const Form& form, bool activated = false) {
  const Shape& in = form.input;
  const int margin = form.padded ? form.kernel / 2 : 0;
  OperationCase given{.operation = "convolution",
                      .parameters = {{"stride", form.stride},
                                     {"padding", {margin, margin, margin, margin}},
                                     {"groups", form.groups},
                                     {"before", activated ? "relu6" : "none"},
                                     {"after", "none"}}};
  std::mt19937 random(1);  // NOLINT(cert-msc32-c,cert-msc51-cpp): the same numbers every time
  std::uniform_real_distribution<float> values(-1, 1);
  Tensor input(in);
  for (float& value : input.values()) value = values(random);
  const std::int64_t area = std::int64_t{form.kernel} * form.kernel;
  const std::int64_t channels = in.c / form.groups;
  weights::FloatTensor weight{{form.out_channels, channels, form.kernel, form.kernel},
                              std::vector<float>(static_cast<std::size_t>(form.out_channels * channels * area))};
  for (float& value : weight.values) value = values(random);
  const auto size = [&](std::int64_t all) { return (all + 2 * margin - form.kernel) / form.stride + 1; };
  Tensor output({in.n, size(in.h), size(in.w), form.out_channels});
  for (std::int64_t y = 0; y < output.shape().h; ++y) {
    for (std::int64_t x = 0; x < output.shape().w; ++x) {
      for (std::int64_t o = 0; o < form.out_channels; ++o) {
        const std::int64_t first = o / (form.out_channels / form.groups) * channels;
        double sum = 0;
        for (std::int64_t tap = 0; tap < area; ++tap) {
          const std::int64_t from_y = y * form.stride + tap / form.kernel - margin;
          const std::int64_t from_x = x * form.stride + tap % form.kernel - margin;
          if (from_y < 0 || from_y >= in.h || from_x < 0 || from_x >= in.w) continue;
          for (std::int64_t c = 0; c < channels; ++c) {
            sum += static_cast<double>(input.at(0, from_y, from_x, first + c)) *
                   weight.values[static_cast<std::size_t>((o * channels + c) * area + tap)];
          }
        }
        output.at(0, y, x, o) = static_cast<float>(activated ? std::clamp(sum, 0.0, 6.0) : sum);
      }
    }
  }
  given.activations.emplace("input", std::move(input));
  given.activations.emplace("output", std::move(output));
  given.constants.emplace("weight", std::move(weight));
  return given;
}

bool applies(Algorithm algorithm, const OperationCase& given) {
  kernels::ConvolutionArgs args;
  args.input.shape = given.activation("input").shape();
  args.output.shape = given.activation("output").shape();
  return kernels::cpu::applies(algorithm, given.convolution_weights(), args);
}

void expect_right(Algorithm algorithm, const OperationCase& given) {
  const int output_tile = kernels::cpu::winograd_output_tile(algorithm);
  const Tensor tolerance = output_tile == 0 ? tolerance_of(given) : winograd_tolerance(given, output_tile);
  ASSERT_TRUE(applies(algorithm, given));
  for (const kernels::cpu::Target& target : kernels::cpu::targets()) {
    if (!kernels::cpu::usable(target)) continue;
    SCOPED_TRACE(target.name);
    const auto backend = kernels::cpu::create(target, {.threads = 2}, &algorithm);
    const Tensor packed = run_operation(given, *backend, Placement::packed);
    expect_equals_pytorch(packed, given, tolerance);
    const Tensor slices = run_operation(given, *backend, Placement::slices);
    EXPECT_TRUE(std::ranges::equal(slices.values(), packed.values())) << "slices of larger tensors differ";
  }
}

class LargeConvolutions : public testing::TestWithParam<Algorithm> {};

TEST_P(LargeConvolutions, OfManyTiles) {
  expect_right(GetParam(), convolution_case({{1, 41, 48, 3}, 2, 3}));
}

TEST_P(LargeConvolutions, OfManyChannels) {
  expect_right(GetParam(), convolution_case({{1, 7, 8, 410}, 3, 3}));
}

// A 1x1 convolution reads the input where it lies: by tiles of every height, the last of which must not reach behind
// it.
TEST(LargeConvolutionsOfOneTap, OfEveryNumberOfPixels) {
  for (std::int64_t pixels = 1; pixels <= 30; ++pixels) {
    SCOPED_TRACE(pixels);
    expect_right(Algorithm::implicit_gemm, convolution_case({{1, 1, pixels, 5}, 18, 1}));
  }
}

TEST(LargeConvolutionsOfOneTap, OfManyPixels) {
  expect_right(Algorithm::implicit_gemm, convolution_case({{1, 19, 23, 17}, 72, 1}));
}

TEST(LargeConvolutionsOfOneTap, OfManyChannels) {
  for (const std::int64_t channels : {700, 1300})
    expect_right(Algorithm::implicit_gemm, convolution_case({{1, 4, 5, channels}, 40, 1}));
}

// As many as a vector has lanes and not, pixels in blocks and alone.
TEST(DotProducts, OfEveryNumberOfOutputs) {
  for (std::int64_t outputs = 1; outputs <= kernels::cpu::most_dot_products; ++outputs) {
    SCOPED_TRACE(outputs);
    expect_right(Algorithm::dot_products, convolution_case({{1, 3, 11, 45}, outputs, 1}, true));
  }
}

// Blocks of pixels inside, at either edge, at both, and less than a block; channels that fill vectors and that do not.
TEST(LargeDepthwiseConvolutions, OfEveryWidth) {
  for (const int kernel : {3, 5, 7}) {
    for (const int stride : {1, 2}) {
      for (std::int64_t width = 1; width <= 21; ++width) {
        SCOPED_TRACE(testing::Message() << kernel << " x " << kernel << ", stride " << stride << ", width " << width);
        expect_right(Algorithm::depthwise, convolution_case({{1, 9, width, 22}, 22, kernel, stride, 22}, true));
      }
    }
  }
}

TEST(LargeDepthwiseConvolutions, WithoutPadding) {
  for (std::int64_t width = 5; width <= 14; ++width) {
    SCOPED_TRACE(width);
    expect_right(Algorithm::depthwise, convolution_case({{1, 6, width, 22}, 22, 5, 1, 22, false}));
  }
}

TEST(LargeDepthwiseConvolutions, OfManyChannels) {
  expect_right(Algorithm::depthwise, convolution_case({{1, 37, 12, 150}, 150, 3, 1, 150}));
}

INSTANTIATE_TEST_SUITE_P(Cpu, LargeConvolutions,
                         testing::Values(Algorithm::implicit_gemm, Algorithm::streamed_weights,
                                         Algorithm::streamed_winograd, Algorithm::winograd_2x2, Algorithm::winograd_4x4,
                                         Algorithm::winograd_6x6),
                         algorithm_name);

}  // namespace
}  // namespace colourize::tests
