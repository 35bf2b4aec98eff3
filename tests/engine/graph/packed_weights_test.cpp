// Weights are packed once for each layout, whatever is planned and whoever runs it.
#include "engine/graph/packed_weights.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <array>
#include <thread>

#include "engine/device.h"
#include "engine/generators/generator.h"
#include "engine/graph/executor.h"
#include "kernels/cpu/cpu.h"
#include "system/error.h"
#include "tests/support/golden.h"

namespace colourize::graph {
namespace {

using tests::same_bytes;

Tensor input_of(std::int64_t pictures, std::int64_t side) {
  return tests::noise({pictures, side, side, 1});
}

class PackedWeights : public testing::TestWithParam<std::string> {
 protected:
  Generator generator_ = build_generator(weights::Weights::builtin());
};

// Another render factor, another batch and an uneven rest: what they share is packed once, and going back packs
// nothing.
TEST_P(PackedWeights, ArePackedOnceForEachLayout) {
  const auto backend = open_device(GetParam(), {.threads = 2}, ignore_warnings);
  const auto store = std::make_shared<PackedStore>();
  Executor executor(generator_.graph, *backend, store);
  const Tensor first = executor.run(input_of(1, 128));
  const std::size_t of_one_size = store->packings();
  executor.run(input_of(3, 128));
  executor.run(input_of(1, 160));
  executor.run(input_of(2, 128));
  const std::size_t of_all = store->packings();
  // Most layers have one layout at all of these sizes.
  EXPECT_LE(of_all, of_one_size + of_one_size / 2);
  for (const auto& [pictures, side] : {std::pair{1, 128}, {3, 128}, {1, 160}, {2, 128}}) {
    executor.run(input_of(pictures, side));
  }
  EXPECT_EQ(store->packings(), of_all);
  EXPECT_TRUE(same_bytes(executor.run(input_of(1, 128)), first));
}

// At another size another algorithm may read a layer's weights, in a layout of its own.
TEST_P(PackedWeights, AreKeptApartFromOtherLayoutsOfTheSameWeights) {
  const auto backend = open_device(GetParam(), {.threads = 2}, ignore_warnings);
  const auto store = std::make_shared<PackedStore>();
  Executor executor(generator_.graph, *backend, store);
  executor.run(input_of(1, 32));
  const std::size_t of_one_size = store->packings();
  const Tensor shared = executor.run(input_of(1, 384));
  EXPECT_GT(store->packings(), of_one_size) << "these sizes need two layouts, or nothing is tested";
  EXPECT_TRUE(same_bytes(shared, Executor(generator_.graph, *backend).run(input_of(1, 384))));
}

TEST_P(PackedWeights, AreSharedByWorkers) {
  const auto store = std::make_shared<PackedStore>();
  const auto alone = open_device(GetParam(), {.threads = 1}, ignore_warnings);
  const Tensor expected = Executor(generator_.graph, *alone, store).run(input_of(1, 128));
  const std::size_t packings = store->packings();
  const auto other = std::make_shared<PackedStore>();
  {
    std::vector<std::jthread> workers;
    for (int i = 0; i < 4; ++i) {
      workers.emplace_back([&] {
        const auto backend = open_device(GetParam(), {.threads = 1}, ignore_warnings);
        EXPECT_TRUE(same_bytes(Executor(generator_.graph, *backend, other).run(input_of(1, 128)), expected));
      });
    }
  }
  EXPECT_EQ(other->packings(), packings);
}

TEST_P(PackedWeights, AreLetGoOfWhenNobodyUsesThem) {
  const auto backend = open_device(GetParam(), {.threads = 2}, ignore_warnings);
  const auto store = std::make_shared<PackedStore>();
  {
    Executor executor(generator_.graph, *backend, store);
    executor.run(input_of(1, 128));
    EXPECT_EQ(store->drop_unused(), 0U);
  }
  EXPECT_EQ(store->drop_unused(), store->packings());
  EXPECT_EQ(store->drop_unused(), 0U);
}

INSTANTIATE_TEST_SUITE_P(Devices, PackedWeights, testing::Values("cpu"), [](const auto& info) { return info.param; });

// A file in float16 gives what the same numbers give as float32, and its large tensors stay as they are stored.
TEST(HalfWeights, GiveTheNumbersOfTheWidenedOnes) {
  const auto half = weights::Weights::builtin();
  std::map<std::string, weights::FloatTensor> tensors;
  std::size_t halves = 0;
  for (const std::string& name : half->names()) {
    halves += half->halves(name).size();
    std::size_t count = 1;
    for (const std::int64_t extent : half->shape(name)) count *= static_cast<std::size_t>(extent);
    tensors[name] = {half->shape(name), half->part(name, 0, count)};
  }
  ASSERT_GT(halves, 1'000'000U) << "the built-in weights are stored in float16";
  weights::Metadata metadata = half->metadata();
  const auto widened = weights::Weights::from_tensors(std::move(tensors), std::move(metadata), "widened");
  for (const std::string device : {"reference", "cpu"}) {
    const auto backend = open_device(device, {}, ignore_warnings);
    const Generator stored = build_generator(half);
    const Generator plain = build_generator(widened);
    EXPECT_TRUE(same_bytes(Executor(stored.graph, *backend).run(input_of(1, 64)),
                           Executor(plain.graph, *backend).run(input_of(1, 64))))
        << device;
  }
}

// Counts what its convolutions no longer read.
class CountingMemory final : public kernels::WeightMemory {
 public:
  void release(std::span<const std::byte> /*weights*/) const override { ++released; }
  mutable int released = 0;
};

// A 1x1 convolution of 5 channels to 2, whose weights are float16 numbers of about 1.
class HalfLayer : public testing::Test {
 protected:
  kernels::ConvolutionWeights weights() const {
    return {.half_weight = numbers_.data(), .out_channels = 2, .in_channels = 5, .memory = memory_};
  }
  std::unique_ptr<kernels::Backend> backend(kernels::cpu::Algorithm algorithm) const {
    return kernels::cpu::create(kernels::cpu::targets()[0], {.threads = 1}, &algorithm);
  }
  // The output for an input of ones, of three pixels.
  std::vector<float> run(kernels::cpu::Algorithm algorithm) {
    const auto device = backend(algorithm);
    const std::vector<float> input(15, 1);
    std::vector<float> output(6);
    kernels::ConvolutionArgs args{.input = kernels::packed_view(input.data(), {1, 1, 3, 5}),
                                  .output = kernels::packed_view(output.data(), {1, 1, 3, 2})};
    const auto convolution = device->prepare(weights(), args);
    args.weights = convolution.get();
    EXPECT_EQ(convolution->facts().name, kernels::cpu::name_of(algorithm));
    store_.provide("the layer", weights(), *convolution, *device);
    const std::size_t bytes = device->workspace_bytes(args);
    args.workspace = {device->allocate(bytes), bytes};
    device->run(args);
    device->release(args.workspace.data);
    return output;
  }

  std::vector<std::uint16_t> numbers_ = {0x3C00, 0x3C01, 0x3C02, 0x3C03, 0x3C04,
                                         0xBC00, 0xBC01, 0xBC02, 0xBC03, 0xBC04};
  std::shared_ptr<CountingMemory> memory_ = std::make_shared<CountingMemory>();
  PackedStore store_;
};

// Dot products read the widened numbers where streamed weights read those of the file, and neither has a layout.
TEST_F(HalfLayer, ServesAlgorithmsThatReadItInEitherType) {
  // 1 + i / 1024 for i from 0 to 4.
  const float sum = 5 + 10.0F / 1024;
  const std::vector<float> expected = {sum, -sum, sum, -sum, sum, -sum};
  using kernels::cpu::Algorithm;
  for (const Algorithm algorithm : {Algorithm::streamed_weights, Algorithm::dot_products, Algorithm::implicit_gemm,
                                    Algorithm::dot_products, Algorithm::streamed_weights}) {
    EXPECT_EQ(run(algorithm), expected) << kernels::cpu::name_of(algorithm);
  }
  EXPECT_EQ(store_.packings(), 1U);
}

TEST_F(HalfLayer, GivesItsPagesBackOnceItIsRepackedOrWidened) {
  using kernels::cpu::Algorithm;
  run(Algorithm::streamed_weights);
  EXPECT_EQ(memory_->released, 0);
  run(Algorithm::implicit_gemm);
  EXPECT_EQ(memory_->released, 1);
  run(Algorithm::dot_products);
  EXPECT_EQ(memory_->released, 2);
}

TEST_F(HalfLayer, MayNotHoldNaNOrInfinity) {
  constexpr std::array<std::uint16_t, 5> damages = {0x7C00, 0xFC00, 0x7C01, 0x7E00, 0xFFFF};
  for (const std::uint16_t damage : damages) {
    for (const kernels::cpu::Algorithm algorithm :
         {kernels::cpu::Algorithm::streamed_weights, kernels::cpu::Algorithm::implicit_gemm,
          kernels::cpu::Algorithm::dot_products}) {
      numbers_[9] = damage;
      EXPECT_THAT([&] { run(algorithm); },
                  testing::ThrowsMessage<Error>(testing::HasSubstr("the layer: its weights hold NaN or infinity")))
          << damage;
    }
  }
  numbers_[9] = 0x7BFF;  // the largest number
  EXPECT_NO_THROW(run(kernels::cpu::Algorithm::streamed_weights));
}

}  // namespace
}  // namespace colourize::graph
