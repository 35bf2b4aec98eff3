// 3x3 convolutions larger than PyTorch's cases, which are small to stay small in the repository: so many tiles that a part of
// the work has several and that there are several blocks of them, so many channels that a sum is cut into blocks. Every
// algorithm on every instruction set of this machine, against sums in double precision.
#include <gtest/gtest.h>

#include <random>
#include <tuple>

#include "kernels/cpu/choice.h"
#include "kernels/cpu/cpu.h"
#include "kernels/cpu/operations.h"
#include "tests/kernels/operation_case.h"
#include "tests/kernels/tolerance.h"

namespace colourize::tests {
namespace {

using kernels::Shape;
using kernels::cpu::Algorithm;

OperationCase convolution_case(const Shape& in, std::int64_t out_channels) {
  OperationCase given{
      .operation = "convolution",
      .parameters = {{"stride", 1}, {"padding", {1, 1, 1, 1}}, {"groups", 1}, {"before", "none"}, {"after", "none"}}};
  std::mt19937 random(1);  // NOLINT(cert-msc32-c,cert-msc51-cpp): the same numbers every time
  std::uniform_real_distribution<float> values(-1, 1);
  Tensor input(in);
  for (float& value : input.values()) value = values(random);
  weights::FloatTensor weight{{out_channels, in.c, 3, 3},
                              std::vector<float>(static_cast<std::size_t>(out_channels * in.c * 9))};
  for (float& value : weight.values) value = values(random);
  Tensor output({in.n, in.h, in.w, out_channels});
  for (std::int64_t y = 0; y < in.h; ++y) {
    for (std::int64_t x = 0; x < in.w; ++x) {
      for (std::int64_t o = 0; o < out_channels; ++o) {
        double sum = 0;
        for (std::int64_t tap = 0; tap < 9; ++tap) {
          const std::int64_t from_y = y + tap / 3 - 1;
          const std::int64_t from_x = x + tap % 3 - 1;
          if (from_y < 0 || from_y >= in.h || from_x < 0 || from_x >= in.w) continue;
          for (std::int64_t c = 0; c < in.c; ++c) {
            sum += static_cast<double>(input.at(0, from_y, from_x, c)) *
                   weight.values[static_cast<std::size_t>((o * in.c + c) * 9 + tap)];
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

class LargeConvolutions : public testing::TestWithParam<Algorithm> {
 protected:
  static bool applies(const OperationCase& given) {
    kernels::ConvolutionArgs args;
    args.output.shape = given.activation("output").shape();
    return kernels::cpu::applies(GetParam(), given.convolution_weights(), args);
  }
  static void expect_right(const OperationCase& given) {
    const Algorithm algorithm = GetParam();
    const int output_tile = kernels::cpu::winograd_output_tile(algorithm);
    const Tensor tolerance = output_tile == 0 ? tolerance_of(given) : winograd_tolerance(given, output_tile);
    ASSERT_TRUE(applies(given));
    for (const kernels::cpu::Target& target : kernels::cpu::targets()) {
      if (!kernels::cpu::usable(target)) continue;
      SCOPED_TRACE(target.name);
      const auto backend = kernels::cpu::create(target, {.threads = 2}, &algorithm);
      expect_equals_pytorch(run_operation(given, *backend, Placement::packed), given, tolerance);
    }
  }
};

TEST_P(LargeConvolutions, OfManyTiles) {
  expect_right(convolution_case({1, 41, 48, 3}, 2));
}

TEST_P(LargeConvolutions, OfManyChannels) {
  expect_right(convolution_case({1, 7, 8, 410}, 3));
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
