#include "kernels/thread_pool.h"

#include <sched.h>

#include <algorithm>
#include <exception>
#include <system_error>
#include <utility>

namespace colourize::kernels {

int available_threads() {
  cpu_set_t mask;
  CPU_ZERO(&mask);
  if (sched_getaffinity(0, sizeof(mask), &mask) == 0) return std::max(1, CPU_COUNT(&mask));
  return std::max(1, static_cast<int>(std::thread::hardware_concurrency()));
}

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
  {
    const std::scoped_lock lock(mutex_);
    stopping_ = true;
  }
  start_.notify_all();
}

void ThreadPool::run(std::int64_t parts, const std::function<void(std::int64_t, int)>& part) {
  {
    const std::scoped_lock lock(mutex_);
    part_ = &part;
    next_ = 0;
    parts_ = parts;
    busy_ = static_cast<int>(workers_.size());
    ++round_;
  }
  start_.notify_all();
  take_parts(0);
  std::unique_lock lock(mutex_);
  done_.wait(lock, [this] { return busy_ == 0; });
  if (failure_) std::rethrow_exception(std::exchange(failure_, nullptr));
}

void ThreadPool::work(int thread) {
  std::uint64_t seen = 0;
  for (;;) {
    {
      std::unique_lock lock(mutex_);
      start_.wait(lock, [&] { return stopping_ || round_ != seen; });
      if (stopping_) return;
      seen = round_;
    }
    take_parts(thread);
    {
      const std::scoped_lock lock(mutex_);
      --busy_;
    }
    done_.notify_one();
  }
}

void ThreadPool::take_parts(int thread) {
  for (;;) {
    std::int64_t index = 0;
    const std::function<void(std::int64_t, int)>* part = nullptr;
    {
      const std::scoped_lock lock(mutex_);
      if (next_ >= parts_) return;
      index = next_++;
      part = part_;
    }
    try {
      (*part)(index, thread);
    } catch (...) {
      const std::scoped_lock lock(mutex_);
      if (!failure_) failure_ = std::current_exception();
      next_ = parts_;
    }
  }
}

}  // namespace colourize::kernels
