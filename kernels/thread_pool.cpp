#include "kernels/thread_pool.h"

#include <system_error>
#include <utility>

namespace colourize::kernels {

ThreadPool::ThreadPool(int threads) {
  const int total = threads > 0 ? threads : available_threads();
  sleepers_ = std::vector<Sleeper>(static_cast<std::size_t>(total - 1));
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
  part_.store(&part, std::memory_order_relaxed);
  parts_.store(parts, std::memory_order_relaxed);
  unfinished_.store(parts, std::memory_order_relaxed);
  const std::uint32_t round = round_.load(std::memory_order_relaxed) + 1;
  untaken_.store(std::uint64_t{round} << parts_bits | static_cast<std::uint64_t>(parts), std::memory_order_release);
  round_.store(round, std::memory_order_release);
  for (std::size_t i = 0; i < workers_.size(); ++i) sleepers_[i].choose_processor(workers_[i].native_handle());
  round_.notify_all();
  take_parts(0);
  for (std::int64_t yet = unfinished_; yet != 0; yet = unfinished_) wait_while(unfinished_, yet);
  if (failed_.exchange(false)) std::rethrow_exception(std::exchange(failure_, nullptr));
}

void ThreadPool::work(int thread) {
  Sleeper& self = sleepers_[static_cast<std::size_t>(thread) - 1];
  for (std::uint32_t seen = 0;;) {
    self.wait_while(round_, seen);
    seen = round_;
    if (stopping_) return;
    take_parts(thread);
  }
}

void ThreadPool::take_parts(int thread) {
  constexpr std::uint64_t count_mask = (std::uint64_t{1} << parts_bits) - 1;
  std::uint64_t untaken = untaken_.load(std::memory_order_acquire);
  while ((untaken & count_mask) != 0) {
    const auto* part = part_.load(std::memory_order_relaxed);
    const std::int64_t parts = parts_.load(std::memory_order_relaxed);
    // Else `untaken` is what it has become.
    if (!untaken_.compare_exchange_weak(untaken, untaken - 1, std::memory_order_acq_rel)) continue;
    run_part(*part, parts - static_cast<std::int64_t>(untaken & count_mask), thread);
    if (unfinished_.fetch_sub(1, std::memory_order_acq_rel) == 1) unfinished_.notify_one();
    untaken = untaken_.load(std::memory_order_acquire);
  }
}

void ThreadPool::run_part(const std::function<void(std::int64_t, int)>& part, std::int64_t index, int thread) {
  if (failed_.load(std::memory_order_relaxed)) return;
  try {
    part(index, thread);
  } catch (...) {
    const std::scoped_lock lock(failure_mutex_);
    if (!failed_.exchange(true)) failure_ = std::current_exception();
  }
}

}  // namespace colourize::kernels
