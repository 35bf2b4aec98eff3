// The promises of kernels/sleeper.h.
#include "kernels/sleeper.h"

#include <gtest/gtest.h>

#include <chrono>

namespace colourize::kernels {
namespace {

cpu_set_t processors_of(pthread_t thread) {
  cpu_set_t result;
  CPU_ZERO(&result);
  EXPECT_EQ(pthread_getaffinity_np(thread, sizeof(result), &result), 0);
  return result;
}

// One that sleeps, until it is woken.
class Sleepers : public testing::Test {
 protected:
  void wake() {
    value_ = 1;
    value_.notify_all();
  }
  // Has a processor chosen for it until it sleeps, which takes a while.
  void choose_until_moved() {
    const auto end = std::chrono::steady_clock::now() + std::chrono::seconds(20);
    while (CPU_EQUAL(&all_, &before_)) {
      ASSERT_LT(std::chrono::steady_clock::now(), end) << "it was not moved";
      std::this_thread::sleep_for(std::chrono::milliseconds(1));
      sleeper_.choose_processor(thread_.native_handle());
      before_ = processors_of(thread_.native_handle());
    }
  }

  const cpu_set_t all_ = processors_of(pthread_self());
  cpu_set_t before_ = all_;  // that it was allowed when woken
  cpu_set_t after_ = {};     // and once awake
  std::atomic<std::uint32_t> value_ = 0;
  Sleeper sleeper_;
  std::jthread thread_{[this] {
    sleeper_.wait_while(value_, 0);
    after_ = processors_of(pthread_self());
  }};
};

TEST_F(Sleepers, AreWokenOnOtherProcessorsAndFreeAfterwards) {
  if (CPU_COUNT(&all_) < 2) {
    wake();
    GTEST_SKIP() << "there is one processor only";
  }
  int own = 0;
  while (!CPU_ISSET(own, &all_)) ++own;
  cpu_set_t one = {};
  CPU_SET(own, &one);
  ASSERT_EQ(pthread_setaffinity_np(pthread_self(), sizeof(one), &one), 0);
  choose_until_moved();
  ASSERT_EQ(pthread_setaffinity_np(pthread_self(), sizeof(all_), &all_), 0);
  EXPECT_FALSE(CPU_ISSET(own, &before_));
  EXPECT_EQ(CPU_COUNT(&before_), CPU_COUNT(&all_) - 1);
  wake();
  thread_.join();
  EXPECT_TRUE(CPU_EQUAL(&after_, &all_));
}

TEST_F(Sleepers, KeepTheOnlyProcessor) {
  cpu_set_t one = {};
  CPU_SET(sched_getcpu(), &one);
  ASSERT_EQ(pthread_setaffinity_np(pthread_self(), sizeof(one), &one), 0);
  ASSERT_EQ(pthread_setaffinity_np(thread_.native_handle(), sizeof(one), &one), 0);
  std::this_thread::sleep_for(std::chrono::milliseconds(50));
  sleeper_.choose_processor(thread_.native_handle());
  const cpu_set_t chosen = processors_of(thread_.native_handle());
  EXPECT_TRUE(CPU_EQUAL(&chosen, &one));
  wake();
  thread_.join();
  EXPECT_TRUE(CPU_EQUAL(&after_, &one));
  ASSERT_EQ(pthread_setaffinity_np(pthread_self(), sizeof(all_), &all_), 0);
}

}  // namespace
}  // namespace colourize::kernels
