// The threads of a CPU backend. Work is cut into parts by its size alone, never by the number of threads, and each part
// is computed by one thread: so results are the same bytes at any thread count.
#pragma once

#include <atomic>
#include <cstdint>
#include <exception>
#include <filesystem>
#include <functional>
#include <mutex>
#include <optional>
#include <thread>
#include <vector>

#include "kernels/sleeper.h"

namespace colourize::kernels {

// The number of processors that this process may keep busy, at least 1: its affinity mask, and no more than its control
// group's quota of processor time (cgroup v2 and v1), rounded up.
int available_threads();

// Of a number that a person gives: 0 stands for available_threads().
inline int threads_of(int given) {
  return given > 0 ? given : available_threads();
}

// The quota alone, in processors, as the files under `root` ("/" but in tests) say it; none where there is no limit.
std::optional<double> processor_quota(const std::filesystem::path& root);

class ThreadPool {
 public:
  // threads: how many run at once, the caller's included; 0 means available_threads().
  explicit ThreadPool(int threads);
  ThreadPool(const ThreadPool&) = delete;
  ThreadPool& operator=(const ThreadPool&) = delete;
  ~ThreadPool();

  int threads() const { return static_cast<int>(workers_.size()) + 1; }

  // Calls part(index, thread) once for every index in [0, parts), thread in [0, threads()) naming the caller's scratch.
  // Returns when all are done; the first exception of a part is thrown again here. Not reentrant.
  void run(std::int64_t parts, const std::function<void(std::int64_t index, int thread)>& part);

 private:
  // The parts of a round that one thread begins with and nobody has taken, [front, back) in the upper and lower 32
  // bits. Each on a cache line of its own: it is written while others look at its neighbours.
  //
  // A thread takes its own from the front and, when it has none, other threads' from the back. Parts are rows, or
  // blocks of rows, of a layer; so a thread mostly reads what it wrote itself a layer ago, out of its own cache.
  // (Taking them in turn cost a quarter more time where processors are far apart.)
  static constexpr std::size_t cache_line = 64;
  struct alignas(cache_line) Share {
    std::atomic<std::uint64_t> untaken = 0;
  };

  void work(int thread);
  void take_parts(int thread);
  static std::optional<std::int64_t> take(Share& share, bool own);
  void run_part(std::int64_t index, int thread);

  // One a thread. Whoever comes late, in a later round even, takes what is untaken then, or nothing; nobody waits for
  // one that sleeps through a round.
  std::vector<Share> shares_;
  alignas(cache_line) std::atomic<std::int64_t> unfinished_ = 0;  // parts of the round
  alignas(cache_line) std::atomic<std::uint32_t> round_ = 0;      // goes up when there is work, or the end
  // Of the round; written while nothing is untaken, so that whoever has taken a part reads it right.
  std::atomic<const std::function<void(std::int64_t, int)>*> part_ = nullptr;
  std::atomic<bool> failed_ = false;  // what is left of the round is not run
  std::atomic<bool> stopping_ = false;
  std::mutex failure_mutex_;
  std::exception_ptr failure_;
  std::vector<Sleeper> sleepers_;  // one a worker
  // Last, so that it is the first to go: the workers are joined while what they wait on still exists.
  std::vector<std::jthread> workers_;
};

}  // namespace colourize::kernels
