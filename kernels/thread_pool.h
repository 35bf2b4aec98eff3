// The threads of a CPU backend. Work is cut into parts by its size alone, never by the number of threads, and each part
// is computed by one thread: so results are the same bytes at any thread count.
#pragma once

#include <condition_variable>
#include <cstdint>
#include <functional>
#include <mutex>
#include <thread>
#include <vector>

namespace colourize::kernels {

// The number of processors this process may run on (its affinity mask), at least 1.
int available_threads();

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
  void work(int thread);
  void take_parts(int thread);

  std::mutex mutex_;
  std::condition_variable start_;
  std::condition_variable done_;
  // From here to failure_: under mutex_.
  const std::function<void(std::int64_t, int)>* part_ = nullptr;
  std::int64_t next_ = 0;
  std::int64_t parts_ = 0;
  int busy_ = 0;
  std::uint64_t round_ = 0;
  bool stopping_ = false;
  std::exception_ptr failure_;
  // Last, so that it is the first to go: the workers are joined while what they wait on still exists.
  std::vector<std::jthread> workers_;
};

}  // namespace colourize::kernels
