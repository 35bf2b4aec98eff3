// How the threads of a pool wait. Between the steps of a network lie microseconds, while sleeping and being woken takes
// tens of them: so a thread that waits looks again and again at first, and only then sleeps.
#pragma once

#include <sched.h>

#include <atomic>
#include <cstdint>
#include <thread>

namespace colourize::kernels {

// Returns when `value` is not `old`.
void wait_while(const std::atomic<std::int64_t>& value, std::int64_t old);

// A thread that others give work to.
//
// Linux may wake a thread on the processor of the one that wakes it, when all others are busy at that moment, and leave
// it there though they are idle a moment later: two threads of a pass, the first of which does not pause, then share
// one processor until it is over. So whoever wakes a sleeper forbids it the own processor first, and the sleeper, once
// awake, lifts that again.
class Sleeper {
 public:
  // For the sleeper itself: returns when `value` is not `old`.
  void wait_while(const std::atomic<std::uint32_t>& value, std::uint32_t old);
  // For the thread that will have it woken: `thread` is the sleeper's.
  void choose_processor(std::thread::native_handle_type thread);

 private:
  std::atomic<bool> asleep_ = false;
  std::atomic<bool> moved_ = false;
  cpu_set_t allowed_ = {};  // before it was moved; written before moved_ is set, read after it was taken back
};

}  // namespace colourize::kernels
