#include "kernels/sleeper.h"

#include <pthread.h>

#include <chrono>

#if defined(__x86_64__)
#include <immintrin.h>
#endif

namespace colourize::kernels {
namespace {

constexpr std::chrono::microseconds looking_time(200);

void pause_briefly() {
#if defined(__x86_64__)
  _mm_pause();
#elif defined(__aarch64__)
  asm volatile("yield");  // NOLINT(hicpp-no-assembler): there is no function for it
#endif
}

// True where `value` differs from `old` before the looking time ends.
template <typename Number>
bool changes_soon(const std::atomic<Number>& value, Number old) {
  constexpr int looks_at_a_time = 32;  // the time is asked for after as many
  const auto end = std::chrono::steady_clock::now() + looking_time;
  do {
    for (int look = 0; look < looks_at_a_time; ++look) {
      if (value.load(std::memory_order_acquire) != old) return true;
      pause_briefly();
    }
  } while (std::chrono::steady_clock::now() < end);
  return false;
}

template <typename Number>
void sleep_while(const std::atomic<Number>& value, Number old) {
  while (value.load(std::memory_order_acquire) == old) value.wait(old, std::memory_order_acquire);
}

}  // namespace

void wait_while(const std::atomic<std::int64_t>& value, std::int64_t old) {
  if (!changes_soon(value, old)) sleep_while(value, old);
}

void Sleeper::wait_while(const std::atomic<std::uint32_t>& value, std::uint32_t old) {
  if (!changes_soon(value, old)) {
    asleep_ = true;
    sleep_while(value, old);
    asleep_ = false;
  }
  if (moved_.exchange(false)) pthread_setaffinity_np(pthread_self(), sizeof(allowed_), &allowed_);
}

void Sleeper::choose_processor(std::thread::native_handle_type thread) {
  // A sleeper that was moved and is not awake yet stays where it was told to go. The order matters: a sleeper that is
  // seen as not moved has finished with allowed_ before it is seen asleep.
  if (moved_ || !asleep_) return;
  // Fails where there are more processors than a cpu_set_t can hold. The system's own choice then serves as well.
  if (pthread_getaffinity_np(thread, sizeof(allowed_), &allowed_) != 0) return;
  const int own = sched_getcpu();
  cpu_set_t others = allowed_;
  if (own >= 0 && own < CPU_SETSIZE) CPU_CLR(own, &others);
  if (CPU_COUNT(&others) == 0) return;
  // The sleeper may wake meanwhile. This is set only at the end, so that nothing undoes what the sleeper does upon it.
  // The sleeper does it at the latest after its next wait.
  if (pthread_setaffinity_np(thread, sizeof(others), &others) == 0) moved_ = true;
}

}  // namespace colourize::kernels
