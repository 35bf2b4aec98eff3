// A worker runs a generator on one device, and colours a few pictures at once.
#pragma once

#include <cstddef>
#include <memory>
#include <mutex>
#include <vector>

#include "engine/generators/generator.h"
#include "engine/graph/executor.h"
#include "engine/session/bounded_queue.h"
#include "engine/session/resizes.h"
#include "engine/session/task.h"
#include "kernels/backend.h"
#include "system/error.h"
#include "system/warnings.h"

namespace colourize::session {

class Worker {
 public:
  struct Options {
    int side = 0;           // side of the generator's square, in pixels
    std::size_t batch = 1;  // most pictures at once
    // How to open the CPU's backend, where this device's memory does not suffice.
    kernels::BackendOptions backend;
    bool may_change_device = false;
  };

  // The generator must outlive the worker. The workers on one device share `packed`. The worker warns when it takes
  // fewer pictures at once and when it changes to another device.
  Worker(const Generator& generator, std::shared_ptr<kernels::Backend> backend,
         std::shared_ptr<graph::PackedStore> packed, const Options& options, const Warn& warn);

  // Takes tasks until the queue ends. A task that cannot be done fails alone; this throws nothing.
  void work(BoundedQueue<Task>& tasks);

  std::size_t batch() const { return options_.batch; }
  // The backend that it works on, or will. Any thread may ask.
  std::shared_ptr<kernels::Backend> backend() const;
  // Plans for a batch. Returns the bytes of its activations.
  std::size_t plan();
  // Bytes of the last plan's activations; 0 before the first. Do not call this or plan() while it works.
  std::size_t arena_bytes() const { return executor_->arena_bytes(); }

 private:
  void fulfil(std::vector<Task>& tasks);
  // Called when memory did not suffice: takes fewer pictures at once, or changes to another device. Rethrows the
  // current exception where nothing is left to try.
  void make_do(const OutOfMemory& problem);
  void colour(std::vector<Task>& tasks, std::size_t first, std::size_t count);
  void set_backend(std::shared_ptr<kernels::Backend> backend, std::shared_ptr<graph::PackedStore> packed);
  void write_input(const std::vector<Task>& tasks, std::size_t first, std::size_t count, const kernels::View& input);
  kernels::PictureInputArgs input_args(const Luma& luma, const kernels::View& input, std::size_t n);
  kernels::Shape input_shape(std::size_t pictures) const;
  Error not_finite() const;

  const Generator& generator_;
  Options options_;
  Warn warn_;
  std::size_t fitting_;  // how many pictures at once have fitted into the device's memory
  mutable std::mutex backend_mutex_;
  std::shared_ptr<kernels::Backend> backend_;
  std::unique_ptr<graph::Executor> executor_;
  std::unique_ptr<Resizes> to_square_;
  std::unique_ptr<Resizes> to_picture_;
  std::vector<std::unique_ptr<kernels::PictureMemory>> pictures_;  // one for each picture of a batch
};

}  // namespace colourize::session
