// Convolutions larger than PyTorch's cases, which are small to stay small in the repository: so many tiles that a part of
// the work has several and that there are several blocks of them, so many channels that a sum is cut into blocks. Every
// algorithm on every instruction set of this machine, against sums in double precision.
#include <gtest/gtest.h>

#include <algorithm>
#include <random>

#include "kernels/cpu/choice.h"
#include "kernels/cpu/cpu.h"
#include "kernels/cpu/operations.h"
#include "tests/kernels/operation_case.h"
#include "tests/kernels/tolerance.h"

namespace colourize::tests {
namespace {

using kernels::Shape;
using kernels::cpu::Algorithm;

// Of stride 1, the output as large as the input.
OperationCase convolution_case(const Shape& in, std::int64_t out_channels, int kernel) {
  const int margin = kernel / 2;
  OperationCase given{.operation = "convolution",
                      .parameters = {{"stride", 1},
                                     {"padding", {margin, margin, margin, margin}},
                                     {"groups", 1},
                                     {"before", "none"},
                                     {"after", "none"}}};
  std::mt19937 random(1);  // NOLINT(cert-msc32-c,cert-msc51-cpp): the same numbers every time
  std::uniform_real_distribution<float> values(-1, 1);
  Tensor input(in);
  for (float& value : input.values()) value = values(random);
  const std::int64_t area = std::int64_t{kernel} * kernel;
  weights::FloatTensor weight{{out_channels, in.c, kernel, kernel},
                              std::vector<float>(static_cast<std::size_t>(out_channels * in.c * area))};
  for (float& value : weight.values) value = values(random);
  Tensor output({in.n, in.h, in.w, out_channels});
  for (std::int64_t y = 0; y < in.h; ++y) {
    for (std::int64_t x = 0; x < in.w; ++x) {
      for (std::int64_t o = 0; o < out_channels; ++o) {
        double sum = 0;
        for (std::int64_t tap = 0; tap < area; ++tap) {
          const std::int64_t from_y = y + tap / kernel - margin;
          const std::int64_t from_x = x + tap % kernel - margin;
          if (from_y < 0 || from_y >= in.h || from_x < 0 || from_x >= in.w) continue;
          for (std::int64_t c = 0; c < in.c; ++c) {
            sum += static_cast<double>(input.at(0, from_y, from_x, c)) *
                   weight.values[static_cast<std::size_t>((o * in.c + c) * area + tap)];
          }
        }
        output.at(0, y, x, o) = static_cast<float>(sum);
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
  expect_right(GetParam(), convolution_case({1, 41, 48, 3}, 2, 3));
}

TEST_P(LargeConvolutions, OfManyChannels) {
  expect_right(GetParam(), convolution_case({1, 7, 8, 410}, 3, 3));
}

// A 1x1 convolution reads the input where it lies: by tiles of every height, the last of which must not reach behind it.
TEST(LargeConvolutionsOfOneTap, OfEveryNumberOfPixels) {
  for (std::int64_t pixels = 1; pixels <= 30; ++pixels) {
    SCOPED_TRACE(pixels);
    expect_right(Algorithm::implicit_gemm, convolution_case({1, 1, pixels, 5}, 18, 1));
  }
}

TEST(LargeConvolutionsOfOneTap, OfManyPixels) {
  expect_right(Algorithm::implicit_gemm, convolution_case({1, 19, 23, 17}, 72, 1));
}

TEST(LargeConvolutionsOfOneTap, OfManyChannels) {
  for (const std::int64_t channels : {700, 1300})
    expect_right(Algorithm::implicit_gemm, convolution_case({1, 4, 5, channels}, 40, 1));
}

INSTANTIATE_TEST_SUITE_P(Cpu, LargeConvolutions,
                         testing::Values(Algorithm::implicit_gemm, Algorithm::streamed_weights,
                                         Algorithm::streamed_winograd, Algorithm::winograd_2x2, Algorithm::winograd_4x4,
                                         Algorithm::winograd_6x6),
                         [](const auto& info) {
                           std::string name(kernels::cpu::name_of(info.param));
                           std::erase_if(name, [](unsigned char c) { return std::isalnum(c) == 0; });
                           return name;
                         });

}  // namespace
}  // namespace colourize::tests
