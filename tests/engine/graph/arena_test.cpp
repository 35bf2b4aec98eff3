#include "engine/graph/arena.h"

#include <gtest/gtest.h>

#include <random>

#include "engine/device.h"
#include "engine/generators/generator.h"
#include "engine/graph/plan.h"

namespace colourize::graph {
namespace {

void expect_no_overlap(const std::vector<Block>& blocks, std::size_t arena) {
  for (std::size_t i = 0; i < blocks.size(); ++i) {
    const Block& a = blocks[i];
    EXPECT_EQ(a.offset % 64, 0U);
    EXPECT_LE(a.offset + a.bytes, arena);
    for (std::size_t j = 0; j < i; ++j) {
      const Block& b = blocks[j];
      const bool in_time = a.first <= b.last && b.first <= a.last;
      const bool in_space = a.offset < b.offset + b.bytes && b.offset < a.offset + a.bytes;
      EXPECT_FALSE(in_time && in_space) << i << " and " << j;
    }
  }
}

TEST(Arena, NeverGivesOnePlaceToTwoLivingBlocks) {
  std::mt19937 random(1);
  for (int round = 0; round < 200; ++round) {
    std::vector<Block> blocks(1 + random() % 40);
    for (Block& block : blocks) {
      block.bytes = 1 + random() % 1000;
      block.first = random() % 20;
      block.last = block.first + random() % 6;
    }
    expect_no_overlap(blocks, place_blocks(blocks));
  }
}

TEST(Arena, ReusesWhatIsFree) {
  std::vector<Block> chain{{.bytes = 64, .first = 0, .last = 1},
                           {.bytes = 64, .first = 1, .last = 2},
                           {.bytes = 64, .first = 2, .last = 3},
                           {.bytes = 64, .first = 3, .last = 4}};
  EXPECT_EQ(place_blocks(chain), 128U);
}

TEST(Arena, IsKnownToTheByteBeforeARun) {
  // Everything that lives at once must fit, and the arena is never as large as all values together.
  const Generator generator = build_generator(weights::Weights::builtin());
  const auto backend = open_device("reference", {.threads = 2}, ignore_warnings);
  const Plan plan = make_plan(generator.graph, {1, 256, 256, 1}, *backend);
  std::size_t all = 0;
  std::size_t at_once = 0;
  for (std::size_t step = 0; step < plan.steps.size(); ++step) {
    std::size_t living = plan.steps[step].workspace.bytes;
    for (const Block& block : plan.values) {
      if (block.bytes != 0 && block.first <= step && step <= block.last) living += block.bytes;
    }
    at_once = std::max(at_once, living);
    all += plan.steps[step].workspace.bytes;
  }
  for (const Block& block : plan.values) all += block.bytes;
  EXPECT_GE(plan.arena_bytes, at_once);
  EXPECT_LT(plan.arena_bytes, all / 4);
}

}  // namespace
}  // namespace colourize::graph
