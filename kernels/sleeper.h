// How the threads of a pool wait. The steps of a network are microseconds apart, but sleeping and waking take tens of
// microseconds. So a waiting thread first checks again and again, and only then sleeps.
#pragma once

#include <sched.h>

#include <atomic>
#include <cstdint>
#include <thread>

namespace colourize::kernels {

// Returns when `value` differs from `old`.
void wait_while(const std::atomic<std::int64_t>& value, std::int64_t old);

// A thread that other threads give work to.
//
// When all other processors are busy at that moment, Linux may wake a thread on the processor of the thread that wakes
// it. It leaves it there, although others are idle a moment later. Two threads of a pass, the first of which does not
// pause, then share one processor until the pass ends. So the waking thread first forbids the sleeper its own
// processor. The sleeper, once awake, lifts that again.
class Sleeper {
 public:
  // Called by the sleeper: returns when `value` differs from `old`.
  void wait_while(const std::atomic<std::uint32_t>& value, std::uint32_t old);
  // Called by the thread that will wake the sleeper. `thread` is the sleeper's.
  void choose_processor(std::thread::native_handle_type thread);

 private:
  std::atomic<bool> asleep_ = false;
  std::atomic<bool> moved_ = false;
  cpu_set_t allowed_ = {};  // before it was moved; written before moved_ is set, read after moved_ is cleared
};

}  // namespace colourize::kernels
