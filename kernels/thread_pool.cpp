#include "kernels/thread_pool.h"

#include <algorithm>
#include <system_error>
#include <utility>

#if defined(__x86_64__)
#include <immintrin.h>
#endif

namespace colourize::kernels {
namespace {

// Between the steps of a network lie microseconds; sleeping and being woken takes tens of them. So a thread that waits
// looks again and again at first, for about that long, and only then sleeps.
constexpr int looks_before_sleep = 4000;

void pause_briefly() {
#if defined(__x86_64__)
  _mm_pause();
#elif defined(__aarch64__)
  asm volatile("yield");  // NOLINT(hicpp-no-assembler): there is no function for it
#endif
}

// Returns when `value` is not `old`.
template <typename Number>
void wait_while(const std::atomic<Number>& value, Number old) {
  for (int look = 0; look < looks_before_sleep; ++look) {
    if (value.load(std::memory_order_acquire) != old) return;
    pause_briefly();
  }
  while (value.load(std::memory_order_acquire) == old) value.wait(old, std::memory_order_acquire);
}

}  // namespace

ThreadPool::ThreadPool(int threads) {
  const int total = threads > 0 ? threads : available_threads();
  for (int thread = 1; thread < total; ++thread) {
    try {
      workers_.emplace_back([this, thread] { work(thread); });
    } catch (const std::system_error&) {
      return;  // the system grants no more: fewer threads compute the same bytes
    }
  }
}

ThreadPool::~ThreadPool() {
  stopping_ = true;
  ++round_;
  round_.notify_all();
}

void ThreadPool::run(std::int64_t parts, const std::function<void(std::int64_t, int)>& part) {
  if (parts <= 1 || workers_.empty()) {
    for (std::int64_t index = 0; index < parts; ++index) part(index, 0);
    return;
  }
  part_ = &part;
  parts_ = parts;
  next_ = 0;
  busy_ = static_cast<int>(workers_.size());
  ++round_;
  round_.notify_all();
  take_parts(0);
  for (int busy = busy_; busy != 0; busy = busy_) wait_while(busy_, busy);
  if (failure_) std::rethrow_exception(std::exchange(failure_, nullptr));
}

void ThreadPool::work(int thread) {
  for (std::uint32_t seen = 0;;) {
    wait_while(round_, seen);
    seen = round_;
    if (stopping_) return;
    take_parts(thread);
    if (--busy_ == 0) busy_.notify_one();
  }
}

void ThreadPool::take_parts(int thread) {
  for (;;) {
    const std::int64_t index = next_++;
    if (index >= parts_) return;
    try {
      (*part_)(index, thread);
    } catch (...) {
      const std::scoped_lock lock(failure_mutex_);
      if (!failure_) failure_ = std::current_exception();
      next_ = parts_;
    }
  }
}

}  // namespace colourize::kernels
