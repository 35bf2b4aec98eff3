// Whole networks on the reference path against PyTorch's numbers (tests/golden/, made by tests/oracle/make_golden.py
// and make_small_networks.py).
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <string>

#include "engine/device.h"
#include "engine/generators/generator.h"
#include "engine/graph/executor.h"
#include "tests/support/recipe.h"

namespace colourize {
namespace {

const std::string tests_folder = COLOURIZE_TESTS;

std::shared_ptr<const weights::Weights> golden(const std::string& name) {
  return weights::Weights::open(tests_folder + "/golden/" + name + ".golden.safetensors");
}

kernels::Shape nchw_shape(const weights::Dimensions& d) {
  return {d[0], d[2], d[3], d[1]};
}

Tensor golden_tensor(const weights::Weights& golden, const std::string& name) {
  return from_nchw(golden.values(name), nchw_shape(golden.shape(name)));
}

// The largest difference between the network's output and PyTorch's for the golden input of this side.
double largest_error(const Generator& generator, const weights::Weights& golden, int side) {
  const auto backend = open_device("reference");
  graph::Executor executor(generator.graph, *backend);
  const std::string suffix = "." + std::to_string(side);
  const Tensor output = executor.run(golden_tensor(golden, "input" + suffix));
  const Tensor expected = golden_tensor(golden, "output" + suffix);
  EXPECT_EQ(output.shape(), expected.shape());
  double largest = 0;
  for (std::size_t i = 0; i < expected.values().size(); ++i) {
    const double error = std::abs(static_cast<double>(output.values()[i]) - expected.values()[i]);
    if (!(error <= largest)) largest = error;  // NaN too
  }
  return largest;
}

Generator recipe_generator(const std::string& kind, const weights::Weights& golden) {
  const auto checkpoint = tests::recipe_checkpoint(kind, tests_folder + "/oracle/" + kind + ".keys.tsv", golden);
  return build_generator(tests::folded_weights(checkpoint));
}

TEST(Lite, EqualsPyTorch) {
  const auto numbers = golden("lite");
  const Generator generator = build_generator(weights::Weights::builtin());
  for (const int side : {160, 224, 256}) EXPECT_LE(largest_error(generator, *numbers, side), 2e-4) << side;
}

class FullSize : public testing::TestWithParam<std::string> {};

TEST_P(FullSize, EqualsPyTorchAt144And336) {
  const auto numbers = golden(GetParam());
  const Generator generator = recipe_generator(GetParam(), *numbers);
  for (const int side : {144, 336}) {
    const double error = largest_error(generator, *numbers, side);
    EXPECT_LE(error, 5e-4) << side;
    RecordProperty("largest_error_" + std::to_string(side), std::to_string(error));
  }
}

INSTANTIATE_TEST_SUITE_P(DeOldify, FullSize, testing::Values("wide", "deep"),
                         [](const auto& info) { return info.param; });

}  // namespace
}  // namespace colourize
