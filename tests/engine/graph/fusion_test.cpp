// The plan changes no result: fused and unfused runs give the same bytes, and taps see every node.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cstring>
#include <map>
#include <numeric>

#include "engine/device.h"
#include "engine/graph/executor.h"
#include "engine/graph/shapes.h"
#include "system/error.h"
#include "tests/support/golden.h"

namespace colourize::graph {
namespace {

using testing::ElementsAre;
using tests::noise;
using tests::same_bytes;

// The nodes that an operation computes, and the input.
std::vector<std::string> all_names(const Graph& graph) {
  std::vector<std::string> names;
  for (const Node& node : graph.nodes()) {
    const bool constant =
        std::visit([]<class Kind>(const Kind& /*parameters*/) { return ConstantNode<Kind>; }, node.operation);
    if (!constant) names.push_back(node.name);
  }
  return names;
}

// The nodes that could be fused.
std::size_t pointwise_nodes(const Graph& graph) {
  return static_cast<std::size_t>(std::ranges::count_if(graph.nodes(), [](const Node& node) {
    return std::visit([]<class Kind>(const Kind& /*parameters*/) { return PointwiseNode<Kind>; }, node.operation);
  }));
}

class Networks : public testing::TestWithParam<std::string> {
 protected:
  static Generator generator() {
    if (GetParam() == "lite") return build_generator(weights::Weights::builtin());
    const auto numbers = tests::golden(GetParam());
    return tests::recipe_generator(GetParam().substr(0, GetParam().find('-')), GetParam(), *numbers);
  }
  // Odd skips (48) take the nearest resize, 64 does not. lite and DDColor take multiples of 32.
  static std::vector<std::int64_t> sides() {
    const bool deoldify = GetParam().starts_with("deep") || GetParam().starts_with("wide");
    return deoldify ? std::vector<std::int64_t>{48, 64} : std::vector<std::int64_t>{64};
  }
};

TEST_P(Networks, FusedAndUnfusedGiveTheSameBytes) {
  const Generator generator = Networks::generator();
  const auto backend = open_device("reference", {}, ignore_warnings);
  for (const std::int64_t side : sides()) {
    const Tensor input = noise({2, side, side, generator.input_channels()});
    Executor executor(generator.graph, *backend);
    const Tensor fused = executor.run(input);
    const std::size_t fused_steps = executor.prepare(input.shape()).steps.size();
    const Tensor unfused = executor.run(input, {.fuse = false});
    const std::size_t unfused_steps = executor.prepare(input.shape(), {.fuse = false}).steps.size();
    EXPECT_TRUE(same_bytes(fused, unfused)) << side;
    EXPECT_LT(pointwise_nodes(generator.graph), 2 * (unfused_steps - fused_steps)) << "hardly anything was fused";
  }
}

TEST_P(Networks, TapsSeeTheSameValuesWhateverIsFused) {
  const Generator generator = Networks::generator();
  const auto backend = open_device("reference", {}, ignore_warnings);
  const Tensor input = noise({1, 64, 64, generator.input_channels()});
  std::map<std::string, Tensor> unfused;
  const auto names = all_names(generator.graph);
  Executor executor(generator.graph, *backend);
  executor.run(input, {.fuse = false, .taps = names},
               [&](const std::string& name, const Tensor& value) { unfused[name] = value; });
  EXPECT_EQ(unfused.size(), names.size() - 1) << "every node but the input";
  // Every seventh node: some within what would be fused.
  for (std::size_t i = 1; i < names.size(); i += 7) {
    int calls = 0;
    executor.run(input, {.taps = {names[i]}}, [&](const std::string& name, const Tensor& value) {
      ++calls;
      EXPECT_EQ(name, names[i]);
      EXPECT_TRUE(same_bytes(value, unfused[names[i]])) << name;
    });
    EXPECT_EQ(calls, 1) << names[i];
  }
}

TEST_P(Networks, GiveTheSameBytesAtAnyThreadCount) {
  const Generator generator = Networks::generator();
  const Tensor input = noise({1, 64, 64, generator.input_channels()});
  std::vector<Tensor> outputs;
  for (const int threads : {1, 2, 5}) {
    const auto backend = open_device("reference", {.threads = threads}, ignore_warnings);
    outputs.push_back(Executor(generator.graph, *backend).run(input));
  }
  EXPECT_TRUE(same_bytes(outputs[0], outputs[1]));
  EXPECT_TRUE(same_bytes(outputs[0], outputs[2]));
}

INSTANTIATE_TEST_SUITE_P(All, Networks, testing::Values("lite", "deep-resnet18", "wide-resnet18", "ddcolor-small"),
                         [](const auto& info) {
                           std::string name = info.param;
                           std::ranges::replace(name, '-', '_');
                           return name;
                         });

// Two channels in, three out, all weights a little different.
class Fusion : public testing::Test {
 protected:
  Fusion() {
    std::iota(weight_.begin(), weight_.end(), -3.0F);
    convolution_ = {.weights = {.weight = weight_.data(), .out_channels = 3, .in_channels = 2}};
    x_ = graph_.input(2);
  }

  // The names of the steps' results, fused.
  std::vector<std::string> steps(Value output, const std::vector<std::string>& taps = {}) {
    graph_.set_output(output);
    std::vector<std::string> names;
    const auto backend = open_device("reference", {}, ignore_warnings);
    const Plan plan = make_plan(graph_, {1, 4, 4, 2}, *backend, {.taps = taps});
    for (const PlannedStep& planned : plan.steps) names.push_back(graph_.node(planned.step.result).name);
    const Tensor input = noise({1, 4, 4, 2});
    Executor executor(graph_, *backend);
    EXPECT_TRUE(same_bytes(executor.run(input), executor.run(input, {.fuse = false})));
    return names;
  }

  std::array<float, 6> weight_{};
  std::array<float, 3> scale_{1, -2, 3};
  std::array<float, 3> shift_{-1, 0, 1};
  Convolution convolution_;
  Graph graph_;
  Value x_;
};

TEST_F(Fusion, TakesActivationAffineResidualActivationIntoOneStep) {
  const Value other = graph_.append("other", convolution_, {x_});
  Value y = graph_.append("convolution", convolution_, {x_});
  y = graph_.append("affine", Affine{scale_, shift_}, {graph_.append("relu", relu, {y})});
  y = graph_.append("relu6", relu6, {graph_.append("add", Add{}, {other, y})});
  EXPECT_THAT(steps(y), ElementsAre("affine", "relu6"));
}

TEST_F(Fusion, KeepsTheOrderOfWhatItCannotFuse) {
  Value y = graph_.append("convolution", convolution_, {x_});
  y = graph_.append("relu", relu, {graph_.append("affine", Affine{scale_, shift_}, {y})});
  y = graph_.append("second affine", Affine{scale_, shift_}, {y});
  EXPECT_THAT(steps(y), ElementsAre("relu", "second affine"));
}

TEST_F(Fusion, KeepsValuesThatTwoStepsRead) {
  const Value y = graph_.append("convolution", convolution_, {x_});
  const Value z = graph_.append("relu", relu, {y});
  EXPECT_THAT(steps(graph_.append("add", Add{}, {z, y})), ElementsAre("convolution", "add"));
}

TEST_F(Fusion, KeepsTappedValues) {
  const Value y = graph_.append("convolution", convolution_, {x_});
  EXPECT_THAT(steps(graph_.append("relu", relu, {y}), {"convolution"}), ElementsAre("convolution", "relu"));
}

TEST_F(Fusion, TakesAffinesAndActivationIntoConcatenations) {
  const Value y = graph_.append("convolution", convolution_, {x_});
  const Value skip = graph_.append("affine", Affine{scale_, shift_}, {y});
  const Value both = graph_.append("concatenate", Concatenate{}, {y, skip});
  EXPECT_THAT(steps(graph_.append("relu", relu, {both})), ElementsAre("convolution", "relu"));
}

// What a backend computes in pointwise() alone, ReLU6 here.
TEST_F(Fusion, LeavesAnActivationThatTheBackendDoesNotFuseAStepOfItsOwn) {
  Value y = graph_.append("relu6", relu6, {graph_.append("convolution", convolution_, {x_})});
  y = graph_.append("relu", relu, {graph_.append("affine", Affine{scale_, shift_}, {y})});
  const Value both = graph_.append("concatenate", Concatenate{},
                                   {y, graph_.append("second", relu, {graph_.append("first", relu6, {y})})});
  graph_.set_output(graph_.append("last", relu6, {both}));
  const auto fused = [&](const FusionOptions& options) {
    std::vector<std::string> names;
    const std::vector<kernels::Shape> shapes = infer_shapes(graph_, {1, 4, 4, 2});
    for (const Step& step : fuse(graph_, shapes, options).list) names.push_back(graph_.node(step.result).name);
    return names;
  };
  EXPECT_THAT(fused({}), ElementsAre("relu", "second", "last"));
  EXPECT_THAT(fused({.fuses = [](kernels::Activation kind) { return kind != kernels::Activation::relu6; }}),
              ElementsAre("convolution", "relu", "second", "concatenate", "last"));
}

TEST_F(Fusion, TakesAnUpsamplingIntoTheConcatenationThatItFeeds) {
  const std::array<float, 8> weight{-3, -2, -1, 0, 1, 2, 3, 4};
  const Convolution shuffled{.weights = {.weight = weight.data(), .out_channels = 4, .in_channels = 2}};
  const Value y = graph_.append("convolution", shuffled, {x_});
  const Value upsampled = graph_.append("upsample", Upsample{}, {y});
  const Value skip = graph_.append("skip", Upsample{}, {graph_.append("both", Concatenate{}, {x_, x_})});
  const Value result = graph_.append("relu", relu, {graph_.append("concatenate", Concatenate{}, {upsampled, skip})});
  EXPECT_THAT(steps(result), ElementsAre("convolution", "both", "skip", "relu"))
      << "the second input is upsampled first";
  EXPECT_THAT(steps(graph_.append("add", Add{}, {result, graph_.append("again", Concatenate{}, {upsampled, skip})})),
              ElementsAre("convolution", "upsample", "both", "skip", "concatenate", "again", "add"))
      << "two read it";
}

TEST_F(Fusion, LeavesAnUpsamplingBy4AStepOfItsOwn) {
  std::array<float, 32> weight{};
  std::iota(weight.begin(), weight.end(), -9.0F);
  const Convolution shuffled{.weights = {.weight = weight.data(), .out_channels = 16, .in_channels = 2}};
  const Value first = graph_.append("first", Upsample{.factor = 4}, {graph_.append("wide", shuffled, {x_})});
  const Value second = graph_.append("second", Upsample{.factor = 4}, {graph_.append("as wide", shuffled, {x_})});
  const Value both = graph_.append("both", Concatenate{}, {first, second});
  EXPECT_THAT(steps(both), ElementsAre("wide", "first", "as wide", "second", "both"));
  EXPECT_EQ(infer_shapes(graph_, {1, 4, 3, 2})[both.index()], (kernels::Shape{1, 16, 12, 2}));
}

TEST_F(Fusion, DropsResizesToTheSameSizeAndWhatNobodyReads) {
  const Value y = graph_.append("convolution", convolution_, {x_});
  graph_.append("unread", relu, {y});
  const Value same = graph_.append("resize", ResizeNearest{}, {y, x_});
  EXPECT_THAT(steps(graph_.append("relu", relu, {same})), ElementsAre("relu"));
  EXPECT_THAT(steps(same), ElementsAre("convolution")) << "the output itself is such a resize";
}

TEST_F(Fusion, RefusesAnUnknownTap) {
  EXPECT_THROW(steps(graph_.append("relu", relu, {x_}), {"layers.99"}), Error);
}

TEST_F(Fusion, RefusesWhatDoesNotFit) {
  const Value y = graph_.append("convolution", convolution_, {x_});
  EXPECT_THROW(graph_.append("too many channels", convolution_, {y}), Error);
  EXPECT_THROW(graph_.append("unequal", Add{}, {x_, y}), Error);
  EXPECT_THROW(graph_.append("not four", Upsample{}, {y}), Error);
  EXPECT_THROW(graph_.append("not sixteen", Upsample{.factor = 4}, {y}), Error);
  EXPECT_THROW(graph_.append("by one", Upsample{.factor = 1}, {y}), Error);
  EXPECT_THROW(graph_.append("convolution", relu, {y}), Error) << "a name twice";
  const Value pooled = graph_.append("pool", MaxPool{.kernel = 5, .stride = 1}, {x_});
  EXPECT_THROW(steps(pooled), Error) << "a window larger than the picture";
  EXPECT_THROW(steps(graph_.append("sizes", Concatenate{}, {graph_.append("smaller", MaxPool{.kernel = 2}, {x_}), x_})),
               Error);
}

}  // namespace
}  // namespace colourize::graph
