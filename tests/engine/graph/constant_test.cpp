// Constants and codes of positions: their values, when they are computed, and how long they stay.
#include "engine/graph/constant.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <array>
#include <cmath>
#include <numbers>

#include "engine/device.h"
#include "engine/graph/executor.h"
#include "system/error.h"
#include "tests/support/golden.h"

namespace colourize::graph {
namespace {

using tests::same_bytes;

TEST(PositionCode, IsTheSineCodeOfRowThenColumn) {
  const PositionCode code{.channel_count = 8};
  const kernels::Shape shape{1, 3, 5, 8};
  const std::vector<float> values = code.values(shape);
  ASSERT_EQ(values.size(), 120U);
  const auto expected = [](std::int64_t place, std::int64_t length, int k) {
    const double angle = 2 * std::numbers::pi * static_cast<double>(place + 1) / (static_cast<double>(length) + 1e-6);
    const double slower = angle / std::pow(10000.0, k / 2 * 2 / 4.0);
    return k % 2 == 0 ? std::sin(slower) : std::cos(slower);
  };
  for (std::int64_t y = 0; y < 3; ++y) {
    for (std::int64_t x = 0; x < 5; ++x) {
      for (int k = 0; k < 8; ++k) {
        const double wanted = k < 4 ? expected(y, 3, k) : expected(x, 5, k - 4);
        EXPECT_NEAR(values[static_cast<std::size_t>((y * 5 + x) * 8 + k)], wanted, 1e-6) << y << " " << x << " " << k;
      }
    }
  }
}

TEST(PositionCode, NeedsAMultipleOfFourChannels) {
  Graph graph;
  const Value x = graph.input(1);
  EXPECT_THROW(graph.append("place", PositionCode{.channel_count = 6}, {x}), Error);
}

TEST(ConstantNode, RefusesOtherCountsOfNumbers) {
  const std::array<float, 5> numbers{};
  Graph graph;
  graph.input(1);
  EXPECT_THROW(graph.append("c", Constant{.numbers = numbers, .positions = 2, .channel_count = 2}, {}), Error);
  EXPECT_THROW(graph.append("d", Constant{.numbers = numbers, .positions = 1, .channel_count = 4}, {}), Error);
}

// y = w (place + constant of the graph) + x: the first product depends on constants alone.
class PlacedInput : public testing::Test {
 protected:
  PlacedInput() {
    const Value x = graph_.input(4);
    Value y = work("before", x);
    const Value place = graph_.append("place", PositionCode{.channel_count = 4}, {x});
    const Value doubled = graph_.append("doubled", Affine{scale_, shift_}, {place});
    const Value folded = graph_.append(
        "weights", Convolution{.weights = {.weight = weights_.data(), .out_channels = 4, .in_channels = 4}}, {doubled});
    y = graph_.append("sum", Add{}, {y, folded});
    graph_.set_output(work("after", y));
    for (std::size_t i = 0; i < weights_.size(); ++i) weights_[i] = static_cast<float>(i % 5) / 8 - 0.25F;
  }

  // Values that would use the constants' memory, were it free: larger ones take the lower places.
  Value work(const std::string& name, Value x) {
    for (const std::int64_t channels : {12, 12, 12, 4}) {
      const kernels::ConvolutionWeights weights{.weight = &weights_.at(144 * graph_.nodes().size()),
                                                .out_channels = channels,
                                                .in_channels = graph_.channels(x)};
      x = graph_.append(name + std::to_string(graph_.nodes().size()), Convolution{.weights = weights}, {x});
    }
    return x;
  }

  std::array<float, 4> scale_{2, 2, 2, 2};
  std::array<float, 4> shift_{1, -1, 1, -1};
  std::array<float, 144 * 14> weights_{};  // a layer's begin where no other's do
  Graph graph_;
};

TEST_F(PlacedInput, ComputesOnceWhatDependsOnConstantsAlone) {
  for (const std::string device : {"reference", "cpu"}) {
    const auto backend = open_device(device, {}, ignore_warnings);
    Executor executor(graph_, *backend);
    const Tensor input = tests::noise({2, 6, 9, 4});
    const Tensor first = executor.run(input);
    std::size_t once = 0;
    const Plan& plan = executor.prepare(input.shape());
    for (const PlannedStep& planned : plan.steps) once += plan.fixed[planned.step.result.index()] ? 1 : 0;
    EXPECT_EQ(once, 2U) << device;
    // The same again, and after another picture.
    EXPECT_TRUE(same_bytes(first, executor.run(input))) << device;
    executor.run(Tensor({2, 6, 9, 4}));
    EXPECT_TRUE(same_bytes(first, executor.run(input))) << device;
    // Both pictures of a batch get the same constants, as one alone does.
    Tensor alone({1, 6, 9, 4});
    std::copy_n(input.values().begin() + alone.shape().elements(), alone.shape().elements(), alone.values().begin());
    const Tensor result = executor.run(alone);
    for (std::size_t i = 0; i < result.values().size(); ++i) {
      // Eigen orders its sums by the number of pixels, so the reference's last bits may differ.
      ASSERT_NEAR(result.values()[i], first.values()[first.values().size() / 2 + i], 1e-5) << device << " " << i;
    }
  }
}

TEST_F(PlacedInput, GivesTheSameStepByStep) {
  const auto backend = open_device("cpu", {}, ignore_warnings);
  const Tensor input = tests::noise({1, 6, 9, 4});
  const Tensor whole = Executor(graph_, *backend).run(input);
  Executor executor(graph_, *backend);
  for (int repeat = 0; repeat < 2; ++repeat) {
    const Plan& plan = executor.start(input);
    for (std::size_t i = 0; i < plan.steps.size(); ++i) executor.run_step(i);
    EXPECT_TRUE(same_bytes(whole, executor.read(plan.output))) << repeat;
  }
}

// A run that ends in the middle leaves no value that only looks computed.
TEST_F(PlacedInput, BeginsAgainAfterARunThatFailed) {
  const auto backend = open_device("cpu", {}, ignore_warnings);
  const Tensor input = tests::noise({1, 6, 9, 4});
  const Tensor whole = Executor(graph_, *backend).run(input);
  Executor executor(graph_, *backend);
  for (std::size_t steps = 1; steps < 5; ++steps) {
    executor.start(input);
    for (std::size_t i = 0; i < steps; ++i) executor.run_step(i);
  }
  const Plan& plan = executor.start(input);
  for (std::size_t i = 0; i < plan.steps.size(); ++i) executor.run_step(i);
  EXPECT_TRUE(same_bytes(whole, executor.read(plan.output)));
}

}  // namespace
}  // namespace colourize::graph
