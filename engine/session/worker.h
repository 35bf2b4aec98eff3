// A generator on one device, which colours a few pictures at once.
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
    int side = 0;           // of the generator's square, in pixels
    std::size_t batch = 1;  // pictures at once, at most
    // Of the device that the processor's backend is opened with where this one's memory does not suffice.
    kernels::BackendOptions backend;
    bool may_change_device = false;
  };

  // The generator must outlive the worker. `packed`: shared by the workers on this device. `warn`
  // hears of fewer pictures at once and of another device.
  Worker(const Generator& generator, std::shared_ptr<kernels::Backend> backend,
         std::shared_ptr<graph::PackedStore> packed, const Options& options, const Warn& warn);

  // Takes tasks until there will be none. Fails those that cannot be done; throws nothing.
  void work(BoundedQueue<Task>& tasks);

  std::size_t batch() const { return options_.batch; }
  // The one that it works on, or would. Any thread may ask.
  std::shared_ptr<kernels::Backend> backend() const;
  // Plans for a batch; gives the bytes of its activations.
  std::size_t plan();
  // Those of the last plan; 0: none yet. Neither while it works.
  std::size_t arena_bytes() const { return executor_->arena_bytes(); }

 private:
  void fulfil(std::vector<Task>& tasks);
  // After memory has not sufficed: frees some, or takes another device. Throws the exception that is handled where
  // there is nothing left to try.
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
  std::size_t fitting_;  // pictures at once that the device's memory has held
  mutable std::mutex backend_mutex_;
  std::shared_ptr<kernels::Backend> backend_;
  std::unique_ptr<graph::Executor> executor_;
  std::unique_ptr<Resizes> to_square_;
  std::unique_ptr<Resizes> to_picture_;
  std::vector<std::unique_ptr<kernels::PictureMemory>> pictures_;  // one a picture of a batch
};

}  // namespace colourize::session
