// The nodes that no generator here has yet: what ConvNeXt and transformers ask of a graph.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <numeric>

#include "engine/device.h"
#include "engine/graph/executor.h"
#include "system/error.h"
#include "tests/support/golden.h"

namespace colourize::graph {
namespace {

using testing::FloatNear;
using testing::Pointwise;
using tests::same_bytes;

// Two groups of two channels, and weights that another layer gives: one value for the whole picture.
class ProjectionNode : public testing::Test {
 protected:
  ProjectionNode() : x_(graph_.input(4)), weights_(graph_.append("weights", biases(4), {x_})) {}

  Convolution biases(std::int64_t count) const {
    return {.weights = {
                .weight = zeros_.data(), .bias = bias_.data(), .out_channels = count, .in_channels = 4, .kernel_w = 2}};
  }

  std::array<float, 32> zeros_{};
  std::array<float, 4> bias_{1, 2, 3, 4};
  Graph graph_;
  Value x_;
  Value weights_;
};

TEST_F(ProjectionNode, SharesWeightsAmongInterleavedGroups) {
  graph_.set_output(graph_.append("projection", Projection{.groups = 2}, {x_, weights_}));
  Tensor input({1, 1, 2, 4});
  std::iota(input.values().begin(), input.values().end(), 1.0F);
  for (const std::string device : {"reference", "cpu"}) {
    const auto backend = open_device(device, {}, ignore_warnings);
    Executor executor(graph_, *backend);
    EXPECT_THAT(executor.run(input).values(),
                Pointwise(FloatNear(1e-5F), {1 + 9.0F, 2 + 12.0F, 2 + 12.0F, 4 + 16.0F,  //
                                             5 + 21.0F, 6 + 24.0F, 10 + 28.0F, 12 + 32.0F}))
        << device;
    EXPECT_EQ(executor.prepare(input.shape()).steps.back().multiplications, 16);
  }
}

TEST_F(ProjectionNode, RefusesWhatDoesNotFit) {
  EXPECT_THROW(graph_.append("none", Projection{.groups = 0}, {x_, weights_}), Error);
  EXPECT_THROW(graph_.append("groups", Projection{.groups = 3}, {x_, weights_}), Error);
  const Value seven = graph_.append("seven", Concatenate{}, {weights_, graph_.append("three", biases(3), {x_})});
  EXPECT_THROW(graph_.append("weights of half a channel", Projection{.groups = 2}, {x_, seven}), Error);
  EXPECT_THROW(graph_.append("inputs", Projection{.groups = 2}, {x_}), Error);
}

TEST_F(ProjectionNode, RefusesWeightsOfSeveralPixels) {
  graph_.set_output(graph_.append("projection", Projection{.groups = 2}, {x_, weights_}));
  const auto backend = open_device("reference", {}, ignore_warnings);
  EXPECT_THROW(Executor(graph_, *backend).prepare({1, 1, 3, 4}), Error);
  EXPECT_THROW(Executor(graph_, *backend).prepare({1, 2, 2, 4}), Error);
}

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

// Two heads of one channel; the picture's four pixels are keys and values, the largest of them the query.
TEST(AttentionNode, WeighsValuesByTheSoftmaxOverTheKeys) {
  Graph graph;
  const Value x = graph.input(2);
  const Value query = graph.append("query", MaxPool{.kernel = 2, .stride = 2}, {x});
  graph.set_output(graph.append("attention", Attention{.heads = 2}, {query, x, x}));
  Tensor input({1, 2, 2, 2});
  std::ranges::copy(std::array<float, 8>{-2, 0, -2, -4, 0, 0, 2, -4}, input.values().begin());
  // In the first head the weights are as e^-4, e^-4, 1 and e^4; in the second, whose query is 0, all are alike.
  const double least = std::exp(-4.0);
  const double most = std::exp(4.0);
  const auto first = static_cast<float>(2 * (most - 2 * least) / (2 * least + 1 + most));
  for (const std::string device : {"reference", "cpu"}) {
    const auto backend = open_device(device, {}, ignore_warnings);
    Executor executor(graph, *backend);
    EXPECT_THAT(executor.run(input).values(), Pointwise(FloatNear(1e-6F), {first, -2.0F})) << device;
    // One query, four keys, two channels: of each the product and the weighting.
    EXPECT_EQ(executor.prepare(input.shape()).steps.back().work, 1 * 4 * 2 * 2);
  }
}

TEST(AttentionNode, RefusesWhatDoesNotFit) {
  Graph graph;
  const Value x = graph.input(6);
  const Value two = graph.append("two", Concatenate{}, {x, x});
  for (const int heads : {-1, 0, 4}) {
    EXPECT_THROW(graph.append("heads", Attention{.heads = heads}, {x, x, x}), Error) << heads;
  }
  EXPECT_NO_THROW(graph.append("six heads", Attention{.heads = 6}, {x, x, x}));
  EXPECT_THROW(graph.append("query", Attention{.heads = 2}, {two, x, x}), Error);
  EXPECT_THROW(graph.append("key", Attention{.heads = 2}, {x, two, x}), Error);
  EXPECT_THROW(graph.append("value", Attention{.heads = 2}, {x, x, two}), Error);
  EXPECT_THROW(graph.append("inputs", Attention{.heads = 2}, {x, x}), Error);

  const std::string name = "sizes";
  const auto shape_of = [&](const kernels::Shape& query, const kernels::Shape& key, const kernels::Shape& value) {
    return Attention::shape({.name = name, .shapes = {query, key, value}});
  };
  EXPECT_EQ(shape_of({2, 1, 100, 6}, {2, 5, 7, 6}, {2, 5, 7, 6}), (kernels::Shape{2, 1, 100, 6}));
  EXPECT_THROW(shape_of({2, 1, 100, 6}, {2, 5, 7, 6}, {2, 7, 5, 6}), Error);
  EXPECT_THROW(shape_of({2, 1, 100, 6}, {1, 5, 7, 6}, {1, 5, 7, 6}), Error);
  EXPECT_THROW(shape_of({2, 1, 100, 6}, {2, 5, 7, 6}, {1, 5, 7, 6}), Error);
}

}  // namespace
}  // namespace colourize::graph
