// A worker runs a session's generators on one device, and colours a few pictures at once.
#pragma once

#include <algorithm>
#include <atomic>
#include <cstddef>
#include <memory>
#include <mutex>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "engine/session/bounded_queue.h"
#include "engine/session/runner.h"
#include "engine/session/task.h"
#include "kernels/backend.h"
#include "system/error.h"
#include "system/warnings.h"

namespace colourize::session {

class Worker {
 public:
  struct Options {
    std::size_t batch = 1;              // most pictures at once
    std::size_t turn = 1;               // where the generators take turns: most pictures in a turn
    std::optional<std::size_t> memory;  // see SessionOptions
    // How to open the CPU's backend, where this device's memory does not suffice.
    kernels::BackendOptions backend;
    bool may_change_device = false;
  };

  // The members must outlive the worker. The last one's chroma has the size of the pictures' mean chroma, which is at
  // least as large as the others'. The workers on one device share `packed`. The worker warns when its generators have
  // to take turns, when it takes fewer pictures at once, and when it changes to another device.
  Worker(std::span<const SessionMember> members, std::shared_ptr<kernels::Backend> backend,
         std::shared_ptr<graph::PackedStore> packed, const Options& options, const Warn& warn);

  // Takes tasks until the queue ends. A task that cannot be done fails alone; this throws nothing.
  void work(BoundedQueue<Task>& tasks);

  // How many pictures it takes at once.
  std::size_t batch() const { return in_turns_ ? std::max(options_.batch, options_.turn) : options_.batch; }
  // The backend that it works on, or will. Any thread may ask.
  std::shared_ptr<kernels::Backend> backend() const;
  // Plans for a batch. Returns the bytes of its activations. Do not call it while it works.
  std::size_t plan();
  // Bytes of the last pictures' activations; 0 before the first. Any thread may ask.
  std::size_t arena_bytes() const { return arena_bytes_; }
  // True where the generators are in memory one after the other, because it does not hold all of them.
  bool in_turns() const { return in_turns_; }

 private:
  // What a member needs of a device.
  struct Need {
    std::size_t bytes = 0;  // of its activations and its packed weights
    double work = 0;        // its part of a picture's time, in the units of graph::PlannedStep
  };

  void fulfil(std::vector<Task>& tasks);
  // Called when memory did not suffice: takes fewer pictures at once, lets the generators take turns, or changes to
  // another device. Rethrows the current exception where nothing is left to try.
  void make_do(const OutOfMemory& problem);
  void colour(std::span<Task> tasks);
  // Runs one generator for the tasks, as many at once as fit.
  void run_member(std::size_t member, std::span<Task> tasks, std::size_t& arenas);
  void finish(std::size_t member, Runner& runner, const Runner::Result& result, std::size_t n, Task& task,
              kernels::PictureMemory& picture);
  Runner& runner(std::size_t member);
  void set_backend(std::shared_ptr<kernels::Backend> backend, std::shared_ptr<graph::PackedStore> packed);
  void survey();
  std::string names() const;
  Error not_finite() const;

  std::span<const SessionMember> members_;
  Options options_;
  Warn warn_;
  std::size_t fitting_;      // how many pictures at once have fitted into the device's memory
  std::vector<Need> needs_;  // of several members; empty for one
  bool in_turns_ = false;
  std::atomic<std::size_t> arena_bytes_ = 0;
  mutable std::mutex backend_mutex_;
  std::shared_ptr<kernels::Backend> backend_;
  std::shared_ptr<graph::PackedStore> packed_;
  std::vector<std::unique_ptr<Runner>> runners_;  // one for each member; null where it is not in memory
  Resizes::Size mean_size_;
  std::vector<std::unique_ptr<kernels::PictureMemory>> pictures_;  // one for each picture of a batch
};

}  // namespace colourize::session
