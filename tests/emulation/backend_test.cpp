// The CUDA backend as the engine sees it, on the emulated runtime: every case of the shared table through it, its memory, its
// graphs, and a machine that has no GPU.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <cstring>

#include "engine/device.h"
#include "engine/graph/batches.h"
#include "system/error.h"
#include "tests/emulation/cuda_twins.h"
#include "tests/emulation/device_activation.h"
#include "tests/emulation/expectation.h"
#include "tests/emulation/runtime.h"
#include "tests/kernels/tolerance.h"
#include "tests/support/golden.h"

namespace colourize::tests {
namespace {

using kernels::Precision;
using kernels::Type;
using testing::HasSubstr;

std::unique_ptr<kernels::Backend> open(Precision precision) {
  emulation::setting = {};
  return open_device("cuda", {.threads = 2, .precision = precision});
}

Type type_of(Precision precision) {
  return precision == Precision::float32 ? Type::float32 : Type::float16;
}

// Parameters: the case, the precision.
class CudaBackend : public testing::TestWithParam<std::tuple<std::string, Precision>> {
 protected:
  void expect_equals_the_reference(Placement placement) const {
    const auto& [name, precision] = GetParam();
    const OperationCase given = rounded_case(type_of(precision), operation_case(name));
    const testing::ScopedTrace trace(__FILE__, __LINE__, given.parameters.dump());
    const Expected expected = expected_of(given, type_of(precision));
    const Tensor actual = run_operation(given, *open(precision), placement);
    for (std::size_t i = 0; i < actual.values().size(); ++i) {
      const float value = expected.values.values()[i];
      ASSERT_NEAR(actual.values()[i], value, expected.tolerance.values()[i] + rounding(type_of(precision), value))
          << "value " << i;
    }
  }
};

TEST_P(CudaBackend, EqualsTheReference) {
  expect_equals_the_reference(Placement::packed);
}

TEST_P(CudaBackend, EqualsTheReferenceOnSlices) {
  expect_equals_the_reference(Placement::slices);
}

INSTANTIATE_TEST_SUITE_P(Cases, CudaBackend,
                         testing::Combine(testing::ValuesIn(operation_case_names()),
                                          testing::Values(Precision::float16, Precision::float32)),
                         [](const auto& info) {
                           std::string name = std::get<0>(info.param);
                           std::ranges::replace(name, '.', '_');
                           return name + (std::get<1>(info.param) == Precision::float32 ? "_float32" : "_float16");
                         });

// A graph of one convolution, whose weights are some numbers.
class CudaMemory : public testing::Test {
 protected:
  CudaMemory() {
    for (std::size_t i = 0; i < weight_.size(); ++i) weight_[i] = static_cast<float>(i % 7) - 3;
    const graph::Value x = graph_.input(channels);
    graph_.set_output(graph_.convolution(
        "layer", x, {.weights = {.weight = weight_.data(), .out_channels = channels, .in_channels = channels}}));
    for (float& value : input_.values()) value = static_cast<float>(&value - input_.values().data()) / 1024;
  }
  ~CudaMemory() override { emulation::device = {}; }

  static bool same_bytes(const Tensor& a, const Tensor& b) {
    return a.shape() == b.shape() && std::memcmp(a.values().data(), b.values().data(), a.values().size_bytes()) == 0;
  }

  static constexpr std::int64_t channels = 32;
  std::vector<float> weight_ = std::vector<float>(channels * channels);
  graph::Graph graph_;
  Tensor input_{{4, 8, 8, channels}};
};

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
  // Constants, weights and staging for two pictures, and an arena for two.
  std::size_t free = 0;
  for (emulation::device.bytes = 0;; emulation::device.bytes += 4096) {
    try {
      EXPECT_TRUE(same_bytes(run_in_batches(other, input_), expected));
      break;
    } catch (const OutOfMemory&) {
      free = emulation::device.bytes;
      ASSERT_LT(free, std::size_t{1} << 22U);
    }
  }
  EXPECT_EQ(other.prepare({1, 8, 8, channels}).shapes[0].n, 1)
      << "one picture at a time was all that there was room for";
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

TEST_F(CudaMemory, RefusesBfloat16) {
  EXPECT_THROW(open(Precision::bfloat16), Error);
}

TEST_F(CudaMemory, LeavesAMachineWithoutAGpuToTheCpu) {
  emulation::device.count = 0;
  EXPECT_TRUE(open_device("auto")->name().starts_with("cpu"));
  try {
    open_device("cuda");
    FAIL() << "there is no GPU";
  } catch (const Error& problem) {
    EXPECT_THAT(problem.what(), HasSubstr("not usable on this machine"));
  }
  emulation::device.count = 1;
  EXPECT_EQ(open_device("auto")->name(), "cuda");
}

}  // namespace
}  // namespace colourize::tests
