#include "engine/film/generator_workers.h"

#include <spdlog/spdlog.h>

#include <algorithm>
#include <exception>

#include "engine/device.h"
#include "engine/graph/batches.h"
#include "engine/photo/generator_input.h"
#include "kernels/thread_pool.h"
#include "system/error.h"

namespace colourize::film {
namespace {

// A generator whose activations need less than this runs once a thread.
constexpr std::size_t small_arena_bytes = 64U << 20U;
// Of pictures that a GPU computes at once, in pixels of their squares: enough work to fill it.
constexpr int batch_pixels = 1 << 20;

}  // namespace

// A backend of its own, and the generator on it.
class GeneratorWorkers::Worker {
 public:
  Worker(const Generator& generator, const GeneratorOptions& options, std::unique_ptr<kernels::Backend> backend,
         std::size_t batch)
      : generator_(generator), options_(options), batch_(batch) {
    set_backend(std::move(backend));
  }

  // Takes tasks until there will be none.
  void work(BoundedQueue<Task>& tasks) {
    while (std::optional<Task> first = tasks.pop()) {
      std::vector<Task> taken;
      taken.push_back(*std::move(first));
      while (taken.size() < batch_) {
        std::optional<Task> next = tasks.pop_if_any();
        if (!next) break;
        taken.push_back(*std::move(next));
      }
      fulfil(taken);
    }
  }

 private:
  void set_backend(std::unique_ptr<kernels::Backend> backend) {
    executor_.reset();  // before its backend goes
    backend_ = std::move(backend);
    executor_ = std::make_unique<graph::Executor>(generator_.graph, *backend_);
  }

  void fulfil(std::vector<Task>& tasks) {
    try {
      const Tensor colours = run_somewhere(input_of(tasks));
      photo::expect_finite(colours, generator_, backend_->activation_type() == kernels::Type::float16);
      for (std::size_t i = 0; i < tasks.size(); ++i) {
        tasks[i].chroma.set_value(photo::generator_chroma(colours, generator_, static_cast<std::int64_t>(i)));
      }
    } catch (...) {
      for (Task& task : tasks) {
        try {
          task.chroma.set_exception(std::current_exception());
        } catch (const std::future_error&) {  // NOLINT(bugprone-empty-catch): it had its value already
        }
      }
    }
  }

  // Always as many pictures, the last one again and again where there are not as many left: so that a device plans once.
  Tensor input_of(const std::vector<Task>& tasks) const {
    std::vector<const photo::Plane*> squares;
    for (std::size_t i = 0; i < batch_; ++i) squares.push_back(&tasks[std::min(i, tasks.size() - 1)].square);
    return photo::generator_input(squares, generator_);
  }

  Tensor run_somewhere(const Tensor& input) {
    try {
      return graph::run_in_batches(*executor_, input);
    } catch (const OutOfMemory& problem) {
      auto next = options_.device == "auto" ? next_device(*backend_, options_.backend) : nullptr;
      if (next == nullptr) throw;
      spdlog::warn("{}; going on with the device {}", problem.what(), next->name());
      set_backend(std::move(next));
      return graph::run_in_batches(*executor_, input);
    }
  }

  const Generator& generator_;
  const GeneratorOptions& options_;
  std::size_t batch_;
  std::unique_ptr<kernels::Backend> backend_;
  std::unique_ptr<graph::Executor> executor_;
};

GeneratorWorkers::GeneratorWorkers(const Generator& generator, const GeneratorOptions& options)
    : generator_(generator),
      options_(options),
      side_(input_side(generator, options.render_factor.value_or(generator.default_render_factor))) {
  auto backend = open_device(options.device, options.backend);
  device_ = backend->name();
  std::size_t batch = 1;
  std::size_t workers = 1;
  if (backend->in_host_memory()) {
    const kernels::Shape input{1, side_, side_, generator.input_channels()};
    const std::size_t arena = graph::Executor(generator.graph, *backend).prepare(input).arena_bytes;
    const int threads = options.backend.threads > 0 ? options.backend.threads : kernels::available_threads();
    if (arena <= small_arena_bytes && threads > 1) {
      workers = static_cast<std::size_t>(threads);
      kernels::BackendOptions one_thread = options.backend;
      one_thread.threads = 1;
      backend = open_device(device_, one_thread);
      for (std::size_t i = 1; i < workers; ++i) {
        workers_.push_back(std::make_unique<Worker>(generator_, options_, open_device(device_, one_thread), batch));
      }
    }
  } else {
    batch = static_cast<std::size_t>(std::max(batch_pixels / (side_ * side_), 1));
  }
  workers_.push_back(std::make_unique<Worker>(generator_, options_, std::move(backend), batch));
  depth_ = workers * batch;
  tasks_ = std::make_unique<BoundedQueue<Task>>(2 * depth_);
  try {
    for (const auto& worker : workers_) threads_.emplace_back([this, &worker] { worker->work(*tasks_); });
  } catch (...) {
    tasks_->cancel();  // those that were begun would wait for tasks, and be waited for
    throw;
  }
}

GeneratorWorkers::~GeneratorWorkers() {
  tasks_->cancel();
}

std::future<photo::Chroma> GeneratorWorkers::submit(photo::Plane square) {
  Task task{std::move(square), {}};
  std::future<photo::Chroma> chroma = task.chroma.get_future();
  if (!tasks_->push(std::move(task)))
    throw Error(ErrorKind::interrupted, "generator " + generator_.name, "was stopped");
  return chroma;
}

}  // namespace colourize::film
