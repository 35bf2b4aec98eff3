// Whole networks on the reference path against PyTorch's numbers (tests/golden/, made by tests/oracle/make_golden.py
// and make_small_networks.py).
#include <gtest/gtest.h>

#include <string>

#include "engine/generators/generator.h"
#include "tests/support/golden.h"

namespace colourize {
namespace {

using tests::golden;
using tests::largest_error;
using tests::recipe_generator;

TEST(Lite, EqualsPyTorch) {
  const auto numbers = golden("lite");
  const Generator generator = build_generator(weights::Weights::builtin());
  for (const int side : {160, 224, 256}) EXPECT_LE(largest_error(generator, *numbers, side), 2e-4) << side;
}

class FullSize : public testing::TestWithParam<std::string> {};

TEST_P(FullSize, EqualsPyTorchAt144And336) {
  const auto numbers = golden(GetParam());
  const Generator generator = recipe_generator(GetParam(), GetParam(), *numbers);
  for (const int side : {144, 336}) {
    const double error = largest_error(generator, *numbers, side);
    EXPECT_LE(error, 5e-4) << side;
    RecordProperty("largest_error_" + std::to_string(side), std::to_string(error));
  }
}

INSTANTIATE_TEST_SUITE_P(DeOldify, FullSize, testing::Values("wide", "deep"),
                         [](const auto& info) { return info.param; });

// The other encoders, and narrow decoders with awkward channel counts.
struct Variant {
  std::string kind;
  std::string encoder;
  double
      float32_error;  // of PyTorch itself at these sizes: the largest difference of its float32 from its float64 output
};

void PrintTo(const Variant& variant, std::ostream* stream) {
  *stream << variant.kind << "-" << variant.encoder;
}

class OtherEncoders : public testing::TestWithParam<Variant> {};

TEST_P(OtherEncoders, EqualPyTorchAt48And64) {
  const auto& [kind, encoder, float32_error] = GetParam();
  const std::string name = kind + "-" + encoder;
  const auto numbers = golden(name);
  const Generator generator = recipe_generator(kind, name, *numbers);
  // Another order of the same float32 sums may be as wrong as PyTorch's own, and here and there some times that; a
  // bridge that is wrong by 1% moves even wide-resnet152, which hardly feels it, by 1.7e-4.
  for (const int side : {48, 64}) EXPECT_LE(largest_error(generator, *numbers, side), 10 * float32_error) << side;
}

INSTANTIATE_TEST_SUITE_P(DeOldify, OtherEncoders,
                         testing::Values(Variant{"deep", "resnet18", 3.4e-6}, Variant{"wide", "resnet18", 3.7e-6},
                                         Variant{"deep", "resnet50", 5.7e-5}, Variant{"deep", "resnet101", 2.2e-5},
                                         Variant{"wide", "resnet152", 4.1e-6}),
                         [](const auto& info) { return info.param.kind + "_" + info.param.encoder; });

}  // namespace
}  // namespace colourize
