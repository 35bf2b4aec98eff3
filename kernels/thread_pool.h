// The threads of a CPU backend. The size of the work alone decides how it is cut into parts, never the number of
// threads, and one thread computes each part. So results have the same bytes with any number of threads.
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

// The number of processors that this process may keep busy, at least 1: those in its affinity mask, but at most its
// control group's quota of processor time (cgroup v2 and v1), rounded up.
int available_threads();

// The number of threads for a number that a person gives: 0 means available_threads().
inline int threads_of(int given) {
  return given > 0 ? given : available_threads();
}

// The quota alone, in processors, from the files under `root` ("/" except in tests); none where there is no limit.
std::optional<double> processor_quota(const std::filesystem::path& root);

class ThreadPool {
 public:
  // threads: how many run at once, including the caller's; 0 means available_threads().
  explicit ThreadPool(int threads);
  ThreadPool(const ThreadPool&) = delete;
  ThreadPool& operator=(const ThreadPool&) = delete;
  ~ThreadPool();

  int threads() const { return static_cast<int>(workers_.size()) + 1; }

  // Calls part(index, thread) once for every index in [0, parts). `thread` in [0, threads()) names the caller's scratch
  // memory. Returns when all parts are done, and rethrows the first exception of a part. Not reentrant.
  void run(std::int64_t parts, const std::function<void(std::int64_t index, int thread)>& part);

 private:
  // The parts of a round that one thread begins with and no thread has taken: [front, back) in the upper and lower 32
  // bits. Each share has its own cache line, because one thread writes it while others look at its neighbours.
  //
  // A thread takes its own parts from the front. When it has none, it takes other threads' parts from the back. Parts
  // are rows, or blocks of rows, of a layer. So a thread mostly reads what it wrote itself in the last layer, from its
  // own cache. (Taking parts in turn took a quarter more time where processors are far apart.)
  static constexpr std::size_t cache_line = 64;
  struct alignas(cache_line) Share {
    std::atomic<std::uint64_t> untaken = 0;
  };

  void work(int thread);
  void take_parts(int thread);
  static std::optional<std::int64_t> take(Share& share, bool own);
  void run_part(std::int64_t index, int thread);

  // One for each thread. A thread that comes late, even in a later round, takes parts that are still untaken, or none.
  // No thread waits for one that sleeps through a round.
  std::vector<Share> shares_;
  alignas(cache_line) std::atomic<std::int64_t> unfinished_ = 0;  // parts of the round
  alignas(cache_line) std::atomic<std::uint32_t> round_ = 0;      // rises when there is work, or at the end
  // The round's function. It is written while no part is untaken, so a thread that has taken a part reads the right
  // one.
  std::atomic<const std::function<void(std::int64_t, int)>*> part_ = nullptr;
  std::atomic<bool> failed_ = false;  // the rest of the round is not run
  std::atomic<bool> stopping_ = false;
  std::mutex failure_mutex_;
  std::exception_ptr failure_;
  std::vector<Sleeper> sleepers_;  // one for each worker
  // Declared last, so that it is destroyed first: the workers are joined while what they wait on still exists.
  std::vector<std::jthread> workers_;
};

}  // namespace colourize::kernels
