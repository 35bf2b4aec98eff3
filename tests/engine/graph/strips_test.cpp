// Strips: steps that take turns on some rows, with the same results as steps on whole values.
#include "engine/graph/strips.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <vector>

#include "engine/device.h"
#include "engine/graph/executor.h"
#include "tests/support/golden.h"

namespace colourize::graph {
namespace {

using tests::same_bytes;

constexpr std::int64_t narrow = 24;
constexpr std::int64_t wide = 512;

// A ConvNeXt block without its depthwise convolution: norm, expansion, GELU, reduction, residual.
class WideBlock : public testing::Test {
 protected:
  WideBlock() : expand_(narrow * wide), reduce_(narrow * wide) {
    const Tensor numbers = tests::noise({1, 1, narrow, wide});
    for (std::size_t i = 0; i < expand_.size(); ++i) {
      expand_[i] = numbers.values()[i] / 8;
      reduce_[i] = numbers.values()[expand_.size() - 1 - i] / 32;
    }
    const Value x = graph_.input(narrow);
    Value y = graph_.append("norm", LayerNorm{.scale = scale_, .shift = shift_}, {x});
    y = graph_.append("expand", convolution(expand_, wide, narrow), {y});
    y = graph_.append("gelu", gelu, {y});
    y = graph_.append("reduce", convolution(reduce_, narrow, wide), {y});
    graph_.set_output(graph_.append("add", Add{}, {y, x}));
  }

  static Convolution convolution(const std::vector<float>& values, std::int64_t out, std::int64_t in) {
    return {.weights = {.weight = values.data(), .out_channels = out, .in_channels = in}};
  }

  std::vector<float> scale_ = std::vector<float>(narrow, 1.5F);
  std::vector<float> shift_ = std::vector<float>(narrow, -0.25F);
  std::vector<float> expand_;
  std::vector<float> reduce_;
  Graph graph_;
};

TEST_F(WideBlock, GivesTheSameNumbersByStrips) {
  const auto backend = open_device("cpu", {}, ignore_warnings);
  for (const kernels::Shape shape : {kernels::Shape{1, 96, 96, narrow}, {2, 97, 90, narrow}, {3, 66, 60, narrow}}) {
    const Tensor input = tests::noise(shape);
    Executor strips(graph_, *backend);
    Executor whole(graph_, *backend);
    const Tensor result = strips.run(input);
    EXPECT_TRUE(same_bytes(result, whole.run(input, {.strips = false}))) << shape.h;
    EXPECT_TRUE(same_bytes(result, strips.run(input))) << shape.h << ", again";
    const Plan& plan = strips.prepare(shape);
    ASSERT_EQ(plan.groups.size(), 1U) << shape.h;
    EXPECT_EQ(plan.groups[0].count, 3U);
    EXPECT_GT(plan.groups[0].rows, 0);
    EXPECT_EQ(shape.h % plan.groups[0].rows, 0);
  }
}

TEST_F(WideBlock, IsNeverWholeInMemory) {
  const auto backend = open_device("cpu", {}, ignore_warnings);
  Executor executor(graph_, *backend);
  const kernels::Shape shape{1, 128, 128, narrow};
  const auto pixels = static_cast<std::size_t>(shape.pixels());
  const std::size_t whole = executor.prepare(shape, {.strips = false}).arena_bytes;
  const std::size_t strips = executor.prepare(shape).arena_bytes;
  EXPECT_GT(whole, pixels * (wide + 2 * narrow) * sizeof(float));
  EXPECT_LT(strips, pixels * wide * sizeof(float) / 2);
}

TEST_F(WideBlock, StaysWholeWhereItIsTappedOrSmall) {
  const auto backend = open_device("cpu", {}, ignore_warnings);
  Executor executor(graph_, *backend);
  const auto longest = [&](const kernels::Shape& shape, const std::vector<std::string>& taps) {
    std::size_t steps = 0;
    for (const StepGroup& group : executor.prepare(shape, {.taps = taps}).groups) steps = std::max(steps, group.count);
    return steps;
  };
  EXPECT_EQ(longest({1, 128, 128, narrow}, {}), 3U);
  EXPECT_EQ(longest({1, 128, 128, narrow}, {"gelu"}), 1U);
  EXPECT_EQ(longest({1, 32, 32, narrow}, {}), 1U);
}

// What is tapped has the same values as without taps.
TEST_F(WideBlock, HandsOutTaps) {
  const auto backend = open_device("cpu", {}, ignore_warnings);
  const Tensor input = tests::noise({1, 96, 96, narrow});
  std::vector<Tensor> taps;
  Executor executor(graph_, *backend);
  const Tensor tapped = executor.run(input, {.taps = {"norm", "gelu"}},
                                     [&](const std::string& /*name*/, const Tensor& value) { taps.push_back(value); });
  ASSERT_EQ(taps.size(), 2U);
  EXPECT_EQ(taps[1].shape().c, wide);
  EXPECT_TRUE(same_bytes(tapped, Executor(graph_, *backend).run(input)));
}

}  // namespace
}  // namespace colourize::graph
