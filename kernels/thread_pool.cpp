#include "kernels/thread_pool.h"

#include <exception>
#include <utility>

namespace colourize::kernels {
namespace {

constexpr std::int64_t most_parts = std::int64_t{1} << 31;  // of a round

struct Range {
  std::uint64_t front;
  std::uint64_t back;
};

std::uint64_t packed(const Range& range) {
  return range.front << 32U | range.back;
}

Range unpacked(std::uint64_t range) {
  return {range >> 32U, range & UINT32_MAX};
}

}  // namespace

ThreadPool::ThreadPool(int threads) {
  const int total = threads_of(threads);
  shares_ = std::vector<Share>(static_cast<std::size_t>(total));
  sleepers_ = std::vector<Sleeper>(static_cast<std::size_t>(total - 1));
  for (int thread = 1; thread < total; ++thread) {
    try {
      workers_.emplace_back([this, thread] { work(thread); });
    } catch (const std::exception&) {
      return;  // the system grants no more, or no memory: fewer threads compute the same bytes
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
  if (parts > most_parts) {
    run(most_parts, part);
    return run(parts - most_parts, [&](std::int64_t index, int thread) { part(index + most_parts, thread); });
  }
  part_.store(&part, std::memory_order_relaxed);
  unfinished_.store(parts, std::memory_order_relaxed);
  for (int thread = 0; thread < threads(); ++thread) {
    // Rounded up: the first thread takes what is too much for equal shares, because the caller is awake.
    const auto begin_of = [&](std::int64_t of) {
      return static_cast<std::uint64_t>((parts * of + threads() - 1) / threads());
    };
    shares_[static_cast<std::size_t>(thread)].untaken.store(packed({begin_of(thread), begin_of(thread + 1)}),
                                                            std::memory_order_release);
  }
  const std::uint32_t round = round_.load(std::memory_order_relaxed) + 1;
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
  const std::size_t own = static_cast<std::size_t>(thread);
  for (std::size_t i = 0; i < shares_.size(); ++i) {
    Share& share = shares_[(own + i) % shares_.size()];
    while (const std::optional<std::int64_t> index = take(share, i == 0)) {
      run_part(*index, thread);
      if (unfinished_.fetch_sub(1, std::memory_order_acq_rel) == 1) unfinished_.notify_one();
    }
  }
}

std::optional<std::int64_t> ThreadPool::take(Share& share, bool own) {
  std::uint64_t untaken = share.untaken.load(std::memory_order_acquire);
  while (true) {
    const auto [front, back] = unpacked(untaken);
    if (front >= back) return {};
    const std::uint64_t left = own ? packed({front + 1, back}) : packed({front, back - 1});
    // Else `untaken` is what it has become.
    if (share.untaken.compare_exchange_weak(untaken, left, std::memory_order_acq_rel, std::memory_order_acquire)) {
      return static_cast<std::int64_t>(own ? front : back - 1);
    }
  }
}

void ThreadPool::run_part(std::int64_t index, int thread) {
  if (failed_.load(std::memory_order_relaxed)) return;
  const std::function<void(std::int64_t, int)>& part = *part_.load(std::memory_order_relaxed);
  try {
    part(index, thread);
  } catch (...) {
    const std::scoped_lock lock(failure_mutex_);
    if (!failed_.exchange(true)) failure_ = std::current_exception();
  }
}

}  // namespace colourize::kernels
