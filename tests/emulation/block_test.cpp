// What the emulation itself promises: that what a GPU leaves undefined is seen, and named with its lines.
#include "tests/emulation/block.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <array>
#include <cmath>
#include <functional>
#include <map>
#include <set>
#include <stdexcept>
#include <string>
#include <vector>

#include "kernels/cuda/ptx.cuh"

namespace colourize::emulation {
namespace {

using ::testing::AllOf;
using ::testing::HasSubstr;
using ::testing::StartsWith;

std::string failure_of(const Launch& grid, const std::function<void()>& kernel) {
  try {
    launch(grid, kernel);
  } catch (const Failure& failure) {
    return failure.what();
  }
  return "";
}

std::size_t thread() {
  return thread_index().x;
}

float* shared_floats() {
  return reinterpret_cast<float*>(shared_memory());
}

TEST(Block, RunsEveryThreadOfEveryBlockOnce) {
  std::map<std::array<unsigned, 6>, int> runs;
  launch({.grid = {2, 3, 2}, .block = {8, 4, 2}}, [&] {
    const Dimensions b = block_index();
    const Dimensions t = thread_index();
    EXPECT_EQ(grid_dimensions().y, 3U);
    EXPECT_EQ(block_dimensions().z, 2U);
    ++runs[{b.x, b.y, b.z, t.x, t.y, t.z}];
  });
  EXPECT_EQ(runs.size(), 12U * 64U);
  for (const auto& [index, count] : runs) EXPECT_EQ(count, 1);
}

TEST(Block, TheSeedShufflesBlocksAndWarpsAndRepeats) {
  const auto order_of = [](std::uint64_t seed) {
    std::vector<std::size_t> order;
    launch({.grid = {4}, .block = {128}, .seed = seed}, [&] { order.push_back(block_index().x * 128 + thread()); });
    return order;
  };
  EXPECT_EQ(order_of(1), order_of(1));
  EXPECT_NE(order_of(1), order_of(2));
  std::set<std::size_t> first_blocks;
  std::set<std::size_t> first_warps;
  for (std::uint64_t seed = 1; seed <= 40; ++seed) {
    first_blocks.insert(order_of(seed).front() / 128);
    first_warps.insert(order_of(seed).front() % 128 / 32);
  }
  EXPECT_EQ(first_blocks.size(), 4U);
  EXPECT_EQ(first_warps.size(), 4U);
}

TEST(Block, BarriersOrderWhatThreadsWrite) {
  for (std::uint64_t seed = 1; seed <= 5; ++seed) {
    launch({.block = {256}, .shared_bytes = 1024, .seed = seed}, [] {
      for (int round = 0; round < 4; ++round) {
        shared_floats()[thread()] = static_cast<float>(thread()) + static_cast<float>(round);
        barrier();
        const std::size_t other = (thread() + 97) % 256;
        EXPECT_EQ(shared_floats()[other], static_cast<float>(other) + static_cast<float>(round));
        barrier();
      }
    });
  }
}

TEST(Block, SharedMemoryIsNaNAtFirstInEveryBlock) {
  launch({.grid = {2}, .block = {32}, .shared_bytes = 128}, [] {
    EXPECT_TRUE(std::isnan(shared_floats()[thread()]));
    shared_floats()[thread()] = 1;
  });
}

TEST(Block, NamesTheLinesOfADeadlock) {
  const int line = __LINE__ + 2;
  const std::string text = failure_of({.block = {64}}, [] {
    if (thread() < 32) barrier();
  });
  EXPECT_THAT(text, AllOf(StartsWith("deadlock: "), HasSubstr("32 threads have ended"),
                          HasSubstr("32 threads wait at __syncthreads, block_test.cpp:" + std::to_string(line))));
}

TEST(Block, TwoBarriersAreNotOne) {
  const std::string text = failure_of({.block = {64}}, [] {
    if (thread() < 32) {
      barrier();
    } else {
      barrier();
    }
  });
  EXPECT_THAT(text, AllOf(StartsWith("deadlock: 32 threads wait"), HasSubstr("; 32 threads wait")));
}

TEST(Block, LanesThatLeaveAMeetingAreMissed) {
  const std::string text = failure_of({.block = {32}}, [] {
    float sums[4] = {};
    if (thread() != 5) kernels::cuda::mma_f16(sums, {0, 0, 0, 0}, {0, 0});
  });
  EXPECT_THAT(text, AllOf(StartsWith("deadlock: "), HasSubstr("1 threads have ended"),
                          HasSubstr("31 threads wait at mma.m16n8k16.f16, block_test.cpp:")));
}

TEST(Block, LanesMeetInOnePlace) {
  const std::string text = failure_of({.block = {32}}, [] {
    float sums[4] = {};
    if (thread() < 16) {
      kernels::cuda::mma_f16(sums, {0, 0, 0, 0}, {0, 0});
    } else {
      kernels::cuda::mma_f16(sums, {0, 0, 0, 0}, {0, 0});
    }
  });
  EXPECT_THAT(text, StartsWith("lanes of a warp meet in different places: thread "));
}

TEST(Block, ABlockIsOfWholeWarps) {
  EXPECT_THAT(failure_of({.block = {48}}, [] {}), HasSubstr("whole warps"));
  EXPECT_THAT(failure_of({.block = {0}}, [] {}), HasSubstr("whole warps"));
}

TEST(Block, WhatAKernelThrowsGoesThroughAndUnwindsTheOthers) {
  int alive = 0;
  struct Counted {
    explicit Counted(int& alive) : alive(alive) { ++alive; }
    Counted(const Counted&) = delete;
    Counted& operator=(const Counted&) = delete;
    ~Counted() { --alive; }
    int& alive;
  };
  EXPECT_THROW(launch({.block = {64}},
                      [&] {
                        const Counted counted(alive);
                        if (thread() == 40) throw std::domain_error("stop");
                        barrier();
                      }),
               std::domain_error);
  EXPECT_EQ(alive, 0);
}

// Copies 16 bytes a thread from `source`, in two groups of half a warp's worth.
TEST(Copies, AreNaNUntilTheirWait) {
  alignas(16) const std::array<float, 8> source{1, 2, 3, 4, 5, 6, 7, 8};
  launch({.block = {32}, .shared_bytes = 1024}, [&] {
    float* mine = shared_floats() + thread() * 8;
    mine[0] = mine[4] = 9;
    kernels::cuda::cp_async(mine, source.data(), 16);
    kernels::cuda::cp_async_commit();
    kernels::cuda::cp_async(mine + 4, source.data() + 4, thread() % 2 == 0 ? 16 : 8);
    kernels::cuda::cp_async_commit();
    EXPECT_TRUE(std::isnan(mine[0]));
    kernels::cuda::cp_async_wait<1>();
    EXPECT_EQ(mine[0], 1);
    EXPECT_EQ(mine[3], 4);
    EXPECT_TRUE(std::isnan(mine[4])) << "its group is the newest, which may be pending";
    kernels::cuda::cp_async_wait<0>();
    EXPECT_EQ(mine[5], 6);
    EXPECT_EQ(mine[6], thread() % 2 == 0 ? 7 : 0);
    EXPECT_EQ(mine[7], thread() % 2 == 0 ? 8 : 0);
  });
}

TEST(Copies, WithoutACommitNeverLand) {
  alignas(16) const std::array<float, 4> source{1, 2, 3, 4};
  launch({.block = {32}, .shared_bytes = 512}, [&] {
    kernels::cuda::cp_async(shared_floats() + thread() * 4, source.data(), 16);
    kernels::cuda::cp_async_wait<0>();
    EXPECT_TRUE(std::isnan(shared_floats()[thread() * 4]));
  });
}

TEST(Copies, RefuseWhatTheGpuWould) {
  alignas(16) const std::array<float, 8> source{};
  std::array<float, 4> elsewhere{};
  const Launch grid{.block = {32}, .shared_bytes = 64};
  EXPECT_THAT(failure_of(grid, [&] { kernels::cuda::cp_async(elsewhere.data(), source.data(), 16); }),
              HasSubstr("outside shared memory"));
  EXPECT_THAT(failure_of(grid, [&] { kernels::cuda::cp_async(shared_floats() + 14, source.data(), 16); }),
              HasSubstr("outside shared memory"));
  EXPECT_THAT(failure_of(grid, [&] { kernels::cuda::cp_async(shared_floats() + 2, source.data(), 16); }),
              HasSubstr("target is not aligned"));
  EXPECT_THAT(failure_of(grid, [&] { kernels::cuda::cp_async(shared_floats(), source.data() + 1, 16); }),
              HasSubstr("source is not aligned"));
}

TEST(Ldmatrix, RefusesRowsThatTheGpuWould) {
  const Launch grid{.block = {32}, .shared_bytes = 512};
  const auto load = [](std::ptrdiff_t offset) {
    return [offset] {
      std::uint32_t registers[4];
      kernels::cuda::ldmatrix(registers, shared_memory() + thread() * 16 + offset);
    };
  };
  EXPECT_EQ(failure_of(grid, load(0)), "");
  EXPECT_THAT(failure_of(grid, load(16)), HasSubstr("ldmatrix.x4: lane 31 names a row outside shared memory"));
  EXPECT_THAT(failure_of(grid, load(-2)), HasSubstr("outside shared memory"));
  EXPECT_THAT(failure_of({.block = {32}, .shared_bytes = 520}, load(8)), HasSubstr("not aligned to 16 bytes"));
}

}  // namespace
}  // namespace colourize::emulation
