// The promises of kernels/thread_pool.h.
#include "kernels/thread_pool.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <atomic>
#include <barrier>
#include <chrono>
#include <condition_variable>
#include <mutex>
#include <numeric>
#include <set>
#include <stdexcept>
#include <string>
#include <thread>
#include <vector>

namespace colourize::kernels {
namespace {

class Pool : public testing::TestWithParam<int> {
 protected:
  // Runs `parts` parts and expects each to have run once, on a thread in range.
  void expect_each_part_once(std::int64_t parts) {
    std::vector<std::atomic<int>> times(static_cast<std::size_t>(parts));
    std::atomic<int> strangers = 0;
    pool_.run(parts, [&](std::int64_t index, int thread) {
      if (index < 0 || index >= parts || thread < 0 || thread >= pool_.threads()) {
        ++strangers;
      } else {
        ++times[static_cast<std::size_t>(index)];
      }
    });
    for (std::size_t i = 0; i < times.size(); ++i) ASSERT_EQ(times[i], 1) << "part " << i << " of " << parts;
    EXPECT_EQ(strangers, 0);
  }

  ThreadPool pool_{GetParam()};
};

TEST_P(Pool, HasTheThreadsAskedFor) {
  EXPECT_EQ(pool_.threads(), GetParam());
}

TEST_P(Pool, RunsEachPartOnce) {
  for (const std::int64_t parts : {1, 2, 3, 4, 5, 64, 100000}) expect_each_part_once(parts);
}

// Workers that still look for parts of one run must not take those of the next for the same.
TEST_P(Pool, RunsManyRoundsInARow) {
  for (int round = 0; round < 2000; ++round) expect_each_part_once(round % 7);
}

TEST_P(Pool, RunsNothing) {
  pool_.run(0, [](std::int64_t /*index*/, int /*thread*/) { ADD_FAILURE() << "there was nothing to run"; });
}

// The workers take longer than the caller, who is through first.
TEST_P(Pool, IsDoneWhenItReturns) {
  for (int round = 0; round < 5; ++round) {
    std::vector<int> results(16, 0);  // not atomic: written by the parts, read after the run
    pool_.run(16, [&](std::int64_t index, int thread) {
      std::this_thread::sleep_for(std::chrono::milliseconds(thread == 0 ? 1 : 5));
      results.at(static_cast<std::size_t>(index)) = 1;
    });
    EXPECT_EQ(std::ranges::count(results, 1), 16);
  }
}

TEST_P(Pool, RunsPartsAtTheSameTimeOnThreadsOfTheirOwn) {
  std::mutex mutex;
  std::condition_variable changed;
  std::set<int> here;
  bool late = false;
  const auto threads = static_cast<std::size_t>(GetParam());
  pool_.run(GetParam(), [&](std::int64_t /*index*/, int thread) {
    std::unique_lock lock(mutex);
    EXPECT_TRUE(here.insert(thread).second) << "thread " << thread << " twice";
    changed.notify_all();
    if (!changed.wait_for(lock, std::chrono::seconds(20), [&] { return late || here.size() == threads; })) late = true;
  });
  EXPECT_FALSE(late) << "only " << here.size() << " of " << threads;
}

// So that a thread finds in its cache what it wrote a layer ago. All keep step here, so that nobody takes another's.
TEST_P(Pool, GivesEachThreadPartsThatLieSideBySide) {
  constexpr std::int64_t each = 5;
  std::barrier step(GetParam());
  std::vector<std::vector<std::int64_t>> taken(static_cast<std::size_t>(GetParam()));
  pool_.run(each * GetParam(), [&](std::int64_t index, int thread) {
    taken[static_cast<std::size_t>(thread)].push_back(index);
    step.arrive_and_wait();
  });
  std::vector<std::int64_t> all;
  for (const std::vector<std::int64_t>& one : taken) all.insert(all.end(), one.begin(), one.end());
  std::vector<std::int64_t> expected(static_cast<std::size_t>(each * GetParam()));
  std::iota(expected.begin(), expected.end(), 0);
  EXPECT_EQ(all, expected);
}

TEST(ThreadPool, TakesThePartsOfAThreadThatLagsFromTheirEnd) {
  ThreadPool pool(2);
  std::atomic<int> done = 0;
  std::vector<std::int64_t> taken;
  pool.run(10, [&](std::int64_t index, int /*thread*/) {
    if (index == 5) {  // the worker's first
      while (done != 9) std::this_thread::yield();
    } else {
      taken.push_back(index);
    }
    ++done;
  });
  EXPECT_EQ(taken, (std::vector<std::int64_t>{0, 1, 2, 3, 4, 9, 8, 7, 6}));
}

TEST_P(Pool, ThrowsAPartsExceptionAgainAndGoesOn) {
  for (const std::int64_t bad : {0, 7, 99}) {
    std::atomic<int> times = 0;
    const auto part = [&](std::int64_t index, int /*thread*/) {
      ++times;
      if (index == bad) throw std::runtime_error("part " + std::to_string(index));
    };
    try {
      pool_.run(100, part);
      ADD_FAILURE() << "part " << bad << " threw, run() did not";
    } catch (const std::runtime_error& error) {
      EXPECT_EQ(error.what(), "part " + std::to_string(bad));
    }
    EXPECT_LE(times, 100);
    expect_each_part_once(100);
  }
}

TEST_P(Pool, ThrowsOneOfManyExceptions) {
  EXPECT_THROW(pool_.run(50, [](std::int64_t /*index*/, int /*thread*/) { throw std::logic_error("each"); }),
               std::logic_error);
  expect_each_part_once(50);
}

INSTANTIATE_TEST_SUITE_P(Threads, Pool, testing::Values(1, 2, 3, 4));

TEST(ThreadPool, TakesAllProcessorsByItself) {
  EXPECT_GE(available_threads(), 1);
  EXPECT_EQ(ThreadPool(0).threads(), available_threads());
}

}  // namespace
}  // namespace colourize::kernels
