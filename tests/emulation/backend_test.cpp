// The CUDA backend on the emulated runtime: its memory, its graphs, and a machine that has no GPU. What it computes is
// tested in tests/cuda/, on a GPU too.
#include "kernels/cuda/backend.h"

#include <cuda_runtime_api.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <cstring>

#include "engine/device.h"
#include "engine/graph/batches.h"
#include "system/error.h"
#include "system/recorded_warnings.h"
#include "tests/emulation/cuda_twins.h"
#include "tests/emulation/runtime.h"
#include "tests/support/golden.h"

namespace colourize::tests {
namespace {

using kernels::Precision;
using testing::AllOf;
using testing::ElementsAre;
using testing::EndsWith;
using testing::HasSubstr;
using testing::StartsWith;

std::unique_ptr<kernels::Backend> open(Precision precision) {
  emulation::setting = {};
  return open_device("cuda", {.threads = 2, .precision = precision}, ignore_warnings);
}

// A graph of one convolution, whose weights are some numbers.
class CudaMemory : public testing::Test {
 protected:
  CudaMemory() {
    for (std::size_t i = 0; i < weight_.size(); ++i) weight_[i] = static_cast<float>(i % 7) - 3;
    const graph::Value x = graph_.input(channels);
    graph_.set_output(graph_.append(
        "layer",
        graph::Convolution{.weights = {.weight = weight_.data(), .out_channels = channels, .in_channels = channels}},
        {x}));
    for (float& value : input_.values()) value = static_cast<float>(&value - input_.values().data()) / 1024;
  }
  ~CudaMemory() override {
    emulation::device = {};
    cudaSetDevice(0);
  }

  static constexpr std::int64_t channels = 32;
  std::vector<float> weight_ = std::vector<float>(channels * channels);
  graph::Graph graph_;
  Tensor input_{{4, 8, 8, channels}};
};

// An upsampling by 2 gets planes. Every product and every sum here is exact in float32.
class CudaOrders : public CudaMemory {};

TEST_F(CudaOrders, AreTheUsualOnesForAnUpsamplingBy4) {
  for (const int factor : {2, 4}) {
    graph::Graph graph = graph_;
    graph.set_output(graph.append("upsample", graph::Upsample{.factor = factor}, {graph.output()}));
    const auto reference = open_device("reference", {}, ignore_warnings);
    const Tensor expected = graph::Executor(graph, *reference).run(input_);
    const auto backend = open(Precision::float32);
    graph::Executor executor(graph, *backend);
    EXPECT_TRUE(same_bytes(executor.run(input_), expected)) << factor;
    const auto& orders = executor.prepare(input_.shape()).orders;
    EXPECT_EQ(std::ranges::count(orders, kernels::ChannelOrder::planar), factor == 2 ? 1 : 0);
  }
}

TEST_F(CudaMemory, NamesTheBytesThatAreMissing) {
  const auto backend = open(Precision::float16);
  emulation::device.bytes = 1000;
  graph::Executor executor(graph_, *backend);
  try {
    executor.run(input_);
    FAIL() << "there is no memory for this";
  } catch (const OutOfMemory& problem) {
    EXPECT_THAT(problem.what(), HasSubstr("cuda"));
    EXPECT_THAT(problem.what(), HasSubstr("32768 bytes of memory"));
    EXPECT_THAT(problem.what(), HasSubstr("1000 are free"));
  }
}

TEST_F(CudaMemory, TakesSmallerBatchesWhereItIsShort) {
  const auto backend = open(Precision::float16);
  graph::Executor executor(graph_, *backend);
  const Tensor expected = executor.run(input_);
  graph::Executor other(graph_, *backend);
  // Until there is just room for one picture at a time.
  for (emulation::device.bytes = 0;; emulation::device.bytes += 4096) {
    ASSERT_LT(emulation::device.bytes, std::size_t{1} << 22U);
    emulation::counts = {};
    const RecordedWarnings warnings;
    try {
      EXPECT_TRUE(same_bytes(run_in_batches(other, input_, warnings.sink()), expected));
      EXPECT_THAT(warnings.texts(), ElementsAre(AllOf(StartsWith("4 pictures at once: "), EndsWith("; trying 2")),
                                                AllOf(StartsWith("2 pictures at once: "), EndsWith("; trying 1"))));
      break;
    } catch (const OutOfMemory&) {
    }
  }
  EXPECT_EQ(emulation::counts.graph_launches, 3U) << "four pictures: the first one step by step, the others replayed";
}

// Weights that nobody uses any more make room: for the next one's weights, or for its arena where they were larger.
TEST_F(CudaMemory, LetsGoOfUnusedWeightsWhereItIsShort) {
  const auto backend = open(Precision::float16);
  for (const std::int64_t unused_channels : {channels, 8 * channels}) {
    const std::vector<float> others(static_cast<std::size_t>(unused_channels * channels), 0.5F);
    graph::Graph unused;
    const graph::Value x = unused.input(channels);
    unused.set_output(unused.append(
        "unused",
        graph::Convolution{
            .weights = {.weight = others.data(), .out_channels = unused_channels, .in_channels = channels}},
        {x}));
    emulation::device.bytes = std::size_t{1} << 30U;
    graph::Executor(unused, *backend).run(input_);
    const Tensor expected = graph::Executor(graph_, *backend).run(input_);
    // Just room for one of them.
    constexpr std::size_t step = 256;
    for (emulation::device.bytes = 0;; emulation::device.bytes += step) {
      ASSERT_LT(emulation::device.bytes, std::size_t{1} << 22U);
      try {
        graph::Executor(graph_, *backend).run(input_);
        break;
      } catch (const OutOfMemory&) {
      }
    }
    const std::size_t enough = emulation::device.bytes;
    const auto store = std::make_shared<graph::PackedStore>();
    emulation::device.bytes = std::size_t{1} << 30U;
    graph::Executor(unused, *backend, store).run(input_);
    emulation::device.bytes = enough;
    EXPECT_TRUE(same_bytes(graph::Executor(graph_, *backend, store).run(input_), expected)) << unused_channels;
    EXPECT_EQ(store->packings(), 2U);
  }
}

// What a launch says that is not made, for lack of memory or of code for this device.
TEST_F(CudaMemory, DoesNotTakeAFailedLaunchForAPicture) {
  const auto backend = open(Precision::float16);
  graph::Executor executor(graph_, *backend);
  emulation::device.next_launch = cudaErrorNoKernelImageForDevice;
  try {
    executor.run(input_);
    FAIL() << "nothing was computed";
  } catch (const Error& problem) {
    EXPECT_THAT(problem.what(), HasSubstr("launching a kernel failed: no kernel image"));
  }
  emulation::device.next_launch = cudaErrorMemoryAllocation;
  EXPECT_THROW(executor.run(input_), OutOfMemory);
  executor.run(input_);
}

TEST_F(CudaMemory, KeepsTwoDevicesApart) {
  emulation::device.count = 2;
  emulation::setting = {};
  const auto first = kernels::cuda::create("cuda:0", 0, {});
  const auto second = kernels::cuda::create("cuda:1", 1, {});
  graph::Executor one(graph_, *first);
  graph::Executor other(graph_, *second);
  for (int run = 0; run < 3; ++run) EXPECT_TRUE(same_bytes(one.run(input_), other.run(input_))) << run;
}

TEST_F(CudaMemory, ReplaysTheLaunchesOfARunAsOneGraph) {
  const auto backend = open(Precision::float16);
  graph::Executor executor(graph_, *backend);
  emulation::counts = {};
  const Tensor first = executor.run(input_);
  EXPECT_EQ(emulation::counts.graph_launches, 0U) << "the first run repacks weights";
  const Tensor second = executor.run(input_);
  const Tensor third = executor.run(input_);
  EXPECT_EQ(emulation::counts.graph_launches, 2U);
  EXPECT_TRUE(same_bytes(first, second));
  EXPECT_TRUE(same_bytes(first, third));
  Tensor smaller({1, 8, 8, channels});
  executor.run(smaller);
  executor.run(smaller);
  EXPECT_EQ(emulation::counts.graph_launches, 3U) << "another shape is another graph";
}

TEST_F(CudaMemory, GivesItsMemoryBack) {
  std::size_t before = 0;
  {
    const auto backend = open(Precision::float16);
    before = backend->free_bytes().value();
    graph::Executor(graph_, *backend).run(input_);
  }
  const auto backend = open(Precision::float16);
  EXPECT_EQ(backend->free_bytes().value(), before);
}

// Not in the convolution's epilogue, whose kernels have no registers for it.
TEST_F(CudaMemory, ComputesGeluInAStepOfItsOwn) {
  graph_.set_output(graph_.append("gelu", graph::gelu, {graph_.output()}));
  const auto cpu = open_device("reference", {}, ignore_warnings);
  graph::Executor reference(graph_, *cpu);
  const Tensor expected = reference.run(input_);
  EXPECT_EQ(reference.prepare(input_.shape()).steps.size(), 1U);
  const auto backend = open(Precision::float32);
  graph::Executor executor(graph_, *backend);
  const Tensor actual = executor.run(input_);
  EXPECT_EQ(executor.prepare(input_.shape()).steps.size(), 2U);
  // A sum of 32 products of at most 3 * 8, then GELU.
  constexpr float tolerance = 1.13F * 32 * 3 * 8 * 32 * 0x1p-23F;
  for (std::size_t i = 0; i < actual.values().size(); ++i)
    ASSERT_NEAR(actual.values()[i], expected.values()[i], tolerance) << i;
}

// A block's shared memory holds no more of a query.
TEST_F(CudaMemory, NamesTheLayerThatItCannotCompute) {
  for (const std::int64_t depth : {224, 225}) {
    graph::Graph graph;
    const graph::Value x = graph.input(depth);
    graph.set_output(graph.append("attention", graph::SelfAttention{.gamma = 1}, {x, x, x, x}));
    const auto backend = open(Precision::float16);
    try {
      graph::make_plan(graph, {1, 2, 2, depth}, *backend);
      EXPECT_EQ(depth, 224);
    } catch (const Error& problem) {
      EXPECT_EQ(depth, 225);
      EXPECT_EQ(problem.kind(), ErrorKind::unsupported);
      EXPECT_THAT(problem.what(), HasSubstr("layer attention"));
      EXPECT_THAT(problem.what(),
                  HasSubstr("device cuda attends with queries and keys of at most 224 channels, not of 225"));
    }
  }
}

TEST_F(CudaMemory, NamesHeadsThatItCannotCompute) {
  for (const std::int64_t channels : {64, 68, 72}) {
    graph::Graph graph;
    const graph::Value x = graph.input(2 * channels);
    graph.set_output(graph.append("attention", graph::Attention{.heads = 2}, {x, x, x}));
    const auto backend = open(Precision::float16);
    try {
      graph::make_plan(graph, {1, 2, 2, 2 * channels}, *backend);
      EXPECT_EQ(channels, 64);
    } catch (const Error& problem) {
      EXPECT_NE(channels, 64);
      EXPECT_EQ(problem.kind(), ErrorKind::unsupported);
      EXPECT_THAT(problem.what(), HasSubstr("layer attention"));
      EXPECT_THAT(problem.what(),
                  HasSubstr("device cuda attends with heads of at most 64 channels, a multiple of 8, not of " +
                            std::to_string(channels)));
    }
  }
}

TEST_F(CudaMemory, RefusesBfloat16) {
  EXPECT_THROW(open(Precision::bfloat16), Error);
  // Where any device will do, it is passed over; whether another one of this machine computes so does not matter here.
  const RecordedWarnings warnings;
  try {
    open_device("auto", {.precision = Precision::bfloat16}, warnings.sink());
  } catch (const Error&) {
  }
  ASSERT_FALSE(warnings.texts().empty());
  EXPECT_THAT(warnings.texts().front(), AllOf(HasSubstr("cuda"), EndsWith("; trying the next device")));
}

TEST_F(CudaMemory, LeavesAMachineWithoutAGpuToTheCpu) {
  emulation::device.count = 0;
  EXPECT_TRUE(open_device("auto", {}, ignore_warnings)->name().starts_with("cpu"));
  try {
    open_device("cuda", {}, ignore_warnings);
    FAIL() << "there is no GPU";
  } catch (const Error& problem) {
    EXPECT_THAT(problem.what(), HasSubstr("not usable on this machine"));
  }
  emulation::device.count = 1;
  EXPECT_EQ(open_device("auto", {}, ignore_warnings)->name(), "cuda");
}

}  // namespace
}  // namespace colourize::tests
