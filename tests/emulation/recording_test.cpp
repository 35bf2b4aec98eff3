// What the recorder sees in small kernels whose faults are known. Compiled with the compiler's hooks (CMakeLists.txt).
#include "tests/emulation/recording.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cstdint>
#include <functional>
#include <string>
#include <vector>

#include "kernels/cuda/ptx.cuh"

namespace colourize::emulation {
namespace {

using ::testing::AllOf;
using ::testing::HasSubstr;
using ::testing::StartsWith;

std::size_t thread() {
  return thread_index().x;
}

float* shared_floats() {
  return reinterpret_cast<float*>(shared_memory());
}

class Recorded : public testing::Test {
 protected:
  // What launch() throws, for every seed the same.
  std::string failure_of(Launch grid, const std::function<void()>& kernel) {
    std::string text;
    for (std::uint64_t seed = 1; seed <= 3; ++seed) {
      Recording recording({std::as_bytes(std::span(global_))});
      grid.seed = seed;
      grid.recording = &recording;
      std::string failure;
      try {
        launch(grid, kernel);
        costs_ = recording.costs();
      } catch (const Failure& thrown) {
        failure = thrown.what();
      }
      EXPECT_TRUE(seed == 1 || failure.empty() == text.empty()) << "only some schedules show it: " << failure << text;
      text = failure;
    }
    return text;
  }

  const AccessCost& cost_at(int line, bool write) {
    for (const AccessCost& cost : costs_) {
      if (cost.where.ends_with(":" + std::to_string(line)) && cost.write == write) return cost;
    }
    std::string places;
    for (const AccessCost& cost : costs_) places += " " + cost.where;
    throw Failure("no access was recorded at line " + std::to_string(line) + " but at" + places);
  }

  std::vector<float> global_ = std::vector<float>(4096);
  std::vector<AccessCost> costs_;
};

// Loads it, whatever the optimiser thinks of that.
void use(const float& value) {
  const volatile float used = value;
  static_cast<void>(used);
}

void write_all() {
  shared_floats()[thread()] = 1;
  barrier();
}

TEST_F(Recorded, ABarrierOrders) {
  EXPECT_EQ(failure_of({.block = {64}, .shared_bytes = 256},
                       [] {
                         write_all();
                         use(shared_floats()[(thread() + 40) % 64]);
                         barrier();
                         shared_floats()[(thread() + 7) % 64] = 2;
                       }),
            "");
}

TEST_F(Recorded, WithoutABarrierWarpsRace) {
  const int line = __LINE__ + 3;
  const std::string text = failure_of({.block = {64}, .shared_bytes = 256}, [] {
    write_all();
    shared_floats()[thread()] = 2;
    use(shared_floats()[(thread() + 32) % 64]);
  });
  EXPECT_THAT(text, AllOf(StartsWith("race at byte "), HasSubstr("of shared memory"),
                          HasSubstr("recording_test.cpp:" + std::to_string(line)), HasSubstr("nothing orders them")));
}

TEST_F(Recorded, WritesToNoMemoryOfTheKernelsAreStrays) {
  static float elsewhere = 0;
  EXPECT_THAT(failure_of({.block = {32}},
                         [] {
                           volatile float own = 1;
                           own = own + 1;
                           if (thread() == 7) elsewhere = own;
                         }),
              AllOf(StartsWith("thread 7 of block 0 writes"), HasSubstr("no memory of the kernel's")));
  EXPECT_EQ(elsewhere, 2) << "the recorder only looks on";
}

TEST_F(Recorded, ReadersBeforeAWriterAreNotForgotten) {
  // Lanes 0 to 3 of both warps read; lane 3 of the second, the last or not, then writes.
  EXPECT_THAT(failure_of({.block = {64}, .shared_bytes = 256},
                         [] {
                           write_all();
                           if (thread() % 32 < 4) use(shared_floats()[0]);
                           warp_barrier();
                           if (thread() == 35) shared_floats()[0] = 2;
                         }),
              StartsWith("race at byte "));
}

TEST_F(Recorded, LanesRaceUnlessTheirWarpSynchronises) {
  const auto kernel = [](bool synchronise) {
    return [synchronise] {
      write_all();
      shared_floats()[thread()] = 2;
      if (synchronise) {
        warp_barrier();
      } else {
        float sums[4] = {};  // the lanes meet, but that orders no memory
        kernels::cuda::mma_f16(sums, {0, 0, 0, 0}, {0, 0});
      }
      use(shared_floats()[(thread() + 1) % 32]);
    };
  };
  EXPECT_EQ(failure_of({.block = {32}, .shared_bytes = 128}, kernel(true)), "");
  EXPECT_THAT(failure_of({.block = {32}, .shared_bytes = 128}, kernel(false)), StartsWith("race at byte "));
}

TEST_F(Recorded, NeighbouringHalvesOfAWordAreTwoPlaces) {
  EXPECT_EQ(failure_of({.block = {64}, .shared_bytes = 128},
                       [] { reinterpret_cast<std::uint16_t*>(shared_memory())[thread()] = 1; }),
            "");
}

TEST_F(Recorded, NothingOrdersBlocks) {
  const Launch grid{.grid = {3}, .block = {32}};
  EXPECT_EQ(failure_of(grid, [&] { global_[block_index().x * 32 + thread()] = 1; }), "");
  EXPECT_THAT(failure_of(grid, [&] { global_[thread()] = 1; }),
              AllOf(StartsWith("race at byte "), HasSubstr("of global memory")));
  EXPECT_THAT(failure_of(grid,
                         [&] {
                           use(global_[0]);
                           barrier();
                           if (block_index().x == 1) global_[thread()] = 1;
                         }),
              StartsWith("race at byte "));
}

TEST_F(Recorded, SharedMemoryThatNobodyWrote) {
  const int line = __LINE__ + 2;
  const std::string text = failure_of({.block = {32}, .shared_bytes = 256}, [] {
    if (shared_floats()[thread()] == 3) shared_floats()[0] = 1;
  });
  EXPECT_THAT(text, AllOf(HasSubstr("which nobody has written"), HasSubstr(":" + std::to_string(line))));
}

// Each thread copies 16 bytes, waits, and reads those of another warp.
void copy_and_read(const float* global, bool wait_before_barrier, bool synchronise) {
  kernels::cuda::cp_async(shared_floats() + thread() * 4, global + thread() * 4, 16);
  kernels::cuda::cp_async_commit();
  if (wait_before_barrier) kernels::cuda::cp_async_wait<0>();
  if (synchronise) barrier();
  if (!wait_before_barrier) kernels::cuda::cp_async_wait<0>();
  use(shared_floats()[(thread() + 32) % 64 * 4]);
}

TEST_F(Recorded, CopiesAreSeenByOthersAfterWaitAndBarrier) {
  const Launch grid{.block = {64}, .shared_bytes = 1024};
  const float* global = global_.data();
  EXPECT_EQ(failure_of(grid, [=] { copy_and_read(global, true, true); }), "");
  EXPECT_NE(failure_of(grid, [=] { copy_and_read(global, true, false); }), "");
  EXPECT_NE(failure_of(grid, [=] { copy_and_read(global, false, true); }), "");
}

TEST_F(Recorded, CountsTheWaysOfBankConflicts) {
  const auto ways = [&](std::size_t stride) {
    const int line = __LINE__ + 1;
    EXPECT_EQ(failure_of({.block = {32}, .shared_bytes = 32 * 33 * 4}, [=] { shared_floats()[thread() * stride] = 1; }),
              "");
    return cost_at(line, /*write=*/true).most_ways;
  };
  EXPECT_EQ(ways(1), 1U);
  EXPECT_EQ(ways(2), 2U);
  EXPECT_EQ(ways(32), 32U);
  EXPECT_EQ(ways(33), 1U);
}

TEST_F(Recorded, LdmatrixReadsEightRowsAtOnce) {
  const auto ways = [&](std::size_t row_bytes) {
    const int line = __LINE__ + 1;
    EXPECT_EQ(failure_of({.block = {32}, .shared_bytes = 32 * 144},
                         [=] {
                           for (std::size_t i = thread(); i < 32 * 36; i += 32) shared_floats()[i] = 0;
                           barrier();
                           std::uint32_t registers[4];
                           kernels::cuda::ldmatrix(registers, shared_memory() + thread() * row_bytes);
                         }),
              "");
    return cost_at(line, /*write=*/false).most_ways;
  };
  EXPECT_EQ(ways(128), 8U);
  EXPECT_EQ(ways(64), 4U);
  EXPECT_EQ(ways(144), 1U);
}

TEST_F(Recorded, CountsTheSectorsOfGlobalMemory) {
  const auto sectors = [&](std::size_t stride) {
    const int line = __LINE__ + 1;
    EXPECT_EQ(failure_of({.block = {32}}, [&] { global_[thread() * stride] = 1; }), "");
    const AccessCost& cost = cost_at(line, /*write=*/true);
    EXPECT_EQ(cost.warp_accesses, 1U);
    EXPECT_EQ(cost.fewest_sectors, 4U);
    return cost.sectors;
  };
  EXPECT_LE(sectors(1), 5U);  // the buffer may begin inside a sector
  EXPECT_EQ(sectors(8), 32U);
}

}  // namespace
}  // namespace colourize::emulation
