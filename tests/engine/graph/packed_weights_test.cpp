// Weights are packed once for each layout, whatever is planned and whoever runs it.
#include "engine/graph/packed_weights.h"

#include <gtest/gtest.h>

#include <thread>

#include "engine/device.h"
#include "engine/generators/generator.h"
#include "engine/graph/executor.h"
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

}  // namespace
}  // namespace colourize::graph
