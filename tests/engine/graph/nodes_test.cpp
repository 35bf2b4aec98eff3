// The nodes that no generator here has yet: what ConvNeXt and transformers ask of a graph.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <cmath>

#include "engine/device.h"
#include "engine/graph/executor.h"
#include "system/error.h"
#include "tests/support/golden.h"

namespace colourize::graph {
namespace {

using testing::FloatNear;
using testing::Pointwise;
using tests::same_bytes;

// A block of ConvNeXt's, but for its depthwise convolution: norm, expansion, GELU, projection, residual.
class Block : public testing::Test {
 protected:
  Block() {
    for (std::size_t i = 0; i < expand_.size(); ++i) expand_[i] = static_cast<float>(i % 5) / 4 - 0.5F;
    for (std::size_t i = 0; i < project_.size(); ++i) project_[i] = static_cast<float>(i % 7) / 6 - 0.5F;
    const Value x = graph_.input(3);
    Value y = graph_.append("norm", LayerNorm{.scale = scale_, .shift = shift_, .epsilon = 1e-6F}, {x});
    y = graph_.append("expand", Convolution{.weights = weights(expand_, 12, 3)}, {y});
    y = graph_.append("gelu", gelu, {y});
    y = graph_.append("project", Convolution{.weights = weights(project_, 3, 12)}, {y});
    graph_.set_output(graph_.append("add", Add{}, {x, y}));
  }

  static kernels::ConvolutionWeights weights(std::span<const float> values, std::int64_t out, std::int64_t in) {
    return {.weight = values.data(), .out_channels = out, .in_channels = in};
  }

  std::array<float, 3> scale_{1, -2, 3};
  std::array<float, 3> shift_{-1, 0, 1};
  std::array<float, 36> expand_{};
  std::array<float, 36> project_{};
  Graph graph_;
};

TEST_F(Block, GivesTheSameBytesFusedAndUnfused) {
  const Tensor input = tests::noise({2, 5, 9, 3});
  for (const std::string device : {"reference", "cpu"}) {
    const auto backend = open_device(device, {}, ignore_warnings);
    Executor executor(graph_, *backend);
    const Tensor fused = executor.run(input);
    EXPECT_EQ(executor.prepare(input.shape()).steps.size(), 3U) << "norm, expand with GELU, project with add";
    EXPECT_TRUE(same_bytes(fused, executor.run(input, {.fuse = false}))) << device;
  }
}

TEST(LayerNormNode, TakesMeanAndDeviationOfEachPixel) {
  const std::array<float, 2> scale{10, 100};
  const std::array<float, 2> shift{1, 2};
  // A mean of 2 and a variance of 1, a mean of 0 and a variance of 9.
  Tensor input({1, 1, 2, 2});
  std::ranges::copy(std::array{1.0F, 3.0F, 3.0F, -3.0F}, input.values().begin());
  const float second = 3 / std::sqrt(12.0F);
  const auto expect = [&](const LayerNorm& norm, const std::vector<float>& values) {
    Graph graph;
    const Value x = graph.input(2);
    graph.set_output(graph.append("norm", norm, {x}));
    for (const std::string device : {"reference", "cpu"}) {
      const auto backend = open_device(device, {}, ignore_warnings);
      EXPECT_THAT(Executor(graph, *backend).run(input).values(), Pointwise(FloatNear(1e-5F), values)) << device;
    }
  };
  expect({.scale = scale, .shift = shift, .epsilon = 3}, {-4.0F, 52.0F, 1 + 10 * second, 2 - 100 * second});
  expect({.scale = {}, .shift = {}, .epsilon = 3}, {-0.5F, 0.5F, second, -second});
}

TEST(LayerNormNode, RefusesWhatDoesNotFit) {
  const std::array<float, 2> two{1, 1};
  const std::array<float, 3> three{1, 1, 1};
  Graph graph;
  const Value x = graph.input(2);
  EXPECT_THROW(graph.append("scale", LayerNorm{.scale = three, .shift = three}, {x}), Error);
  EXPECT_THROW(graph.append("shift", LayerNorm{.scale = two, .shift = three}, {x}), Error);
  EXPECT_THROW(graph.append("no scale", LayerNorm{.scale = {}, .shift = two}, {x}), Error);
  EXPECT_THROW(graph.append("no shift", LayerNorm{.scale = two, .shift = {}}, {x}), Error);
  EXPECT_THROW(graph.append("epsilon", LayerNorm{.scale = two, .shift = two, .epsilon = 0}, {x}), Error);
  EXPECT_THROW(graph.append("inputs", LayerNorm{.scale = two, .shift = two}, {x, x}), Error);
}

}  // namespace
}  // namespace colourize::graph
