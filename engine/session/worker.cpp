#include "engine/session/worker.h"

#include <fmt/core.h>

#include <algorithm>
#include <exception>
#include <span>
#include <utility>

#include "engine/device.h"
#include "system/error.h"

namespace colourize::session {

Worker::Worker(const Generator& generator, std::shared_ptr<kernels::Backend> backend,
               std::shared_ptr<graph::PackedStore> packed, const Options& options, const Warn& warn)
    : generator_(generator), options_(options), warn_(warn), fitting_(options.batch) {
  set_backend(std::move(backend), std::move(packed));
}

void Worker::work(BoundedQueue<Task>& tasks) {
  while (std::optional<Task> first = tasks.pop()) {
    std::vector<Task> taken;
    taken.push_back(*std::move(first));
    while (taken.size() < options_.batch) {
      std::optional<Task> next = tasks.pop_if_any();
      if (!next) break;
      taken.push_back(*std::move(next));
    }
    fulfil(taken);
  }
}

std::shared_ptr<kernels::Backend> Worker::backend() const {
  const std::lock_guard lock(backend_mutex_);
  return backend_;
}

std::size_t Worker::plan() {
  return executor_->prepare(input_shape(fitting_)).arena_bytes;
}

void Worker::set_backend(std::shared_ptr<kernels::Backend> backend, std::shared_ptr<graph::PackedStore> packed) {
  auto executor = std::make_unique<graph::Executor>(generator_.graph, *backend, std::move(packed));
  auto to_square = std::make_unique<Resizes>(backend->pictures(), generator_.encoding.input_blur);
  auto to_picture = std::make_unique<Resizes>(backend->pictures(), 0);
  // What belongs to the old backend goes before it.
  pictures_.clear();
  executor_ = std::move(executor);
  to_square_ = std::move(to_square);
  to_picture_ = std::move(to_picture);
  const std::lock_guard lock(backend_mutex_);
  backend_ = std::move(backend);
}

// Colours as many at once as memory holds. A picture that cannot be coloured fails alone: the worker tries the others
// of its batch again, one by one.
void Worker::fulfil(std::vector<Task>& tasks) {
  std::size_t done = 0;
  bool one_by_one = false;
  const auto skip_done = [&] {
    while (done < tasks.size() && tasks[done].wish == nullptr) ++done;
  };
  const auto fail = [&] {
    tasks[done].wish->fail(std::current_exception());
    tasks[done].wish.reset();
    ++done;
  };
  while (done < tasks.size()) {
    const std::size_t count = one_by_one ? 1 : std::min(fitting_, tasks.size() - done);
    try {
      try {
        colour(tasks, done, count);
      } catch (const OutOfMemory& problem) {
        make_do(problem);
      }
      skip_done();
    } catch (...) {
      skip_done();
      if (done < tasks.size() && count == 1) fail();
      one_by_one = true;
    }
  }
}

// Takes half as many pictures at once, and keeps to that. When that is one, changes to the CPU.
void Worker::make_do(const OutOfMemory& problem) {
  if (fitting_ > 1) {
    const std::size_t fewer = (fitting_ + 1) / 2;
    warn_(fmt::format("{} pictures at once: {}; trying {}", fitting_, problem.what(), fewer));
    fitting_ = fewer;
    pictures_.resize(std::min(pictures_.size(), fitting_));
    return;
  }
  auto next = options_.may_change_device ? next_device(*backend_, options_.backend) : nullptr;
  if (next == nullptr) throw;
  warn_(fmt::format("{}; continuing on the device {}", problem.what(), next->name()));
  set_backend(std::move(next), std::make_shared<graph::PackedStore>());
}

// A picture's steps: its samples, the square that the generator sees, the generator, its colours.
void Worker::colour(std::vector<Task>& tasks, std::size_t first, std::size_t count) {
  while (pictures_.size() < count) pictures_.push_back(backend_->pictures().picture());
  const std::span<const Task> these = std::span(tasks).subspan(first, count);
  executor_->set_progress([these](double fraction) {
    for (const Task& task : these) {
      if (task.progress) task.progress(fraction);
    }
  });
  kernels::View input;
  const kernels::ConstView output = executor_->run_on_views(input_shape(fitting_), [&](const kernels::View& view) {
    input = view;
    write_input(tasks, first, count, view);
  });
  const Resizes::Size size{static_cast<int>(output.shape.w), static_cast<int>(output.shape.h)};
  for (std::size_t i = 0; i < count; ++i) {
    Task& task = tasks[first + i];
    const kernels::PictureChromaArgs colours{.output = output,
                                             .n = static_cast<std::int64_t>(i),
                                             .colours = generator_.encoding.colours,
                                             .normalisation = generator_.encoding.output,
                                             .input = input,
                                             .grey = generator_.encoding.input};
    const auto seen = [&] { return input_args(task.luma, input, i); };
    const auto resize = [&](int width, int height) -> const kernels::PreparedResize& {
      return to_picture_->prepare(size, {width, height});
    };
    if (!task.wish->take({*backend_, *pictures_[i], seen, colours, resize})) {
      task.wish->fail(std::make_exception_ptr(not_finite()));
    }
    task.wish.reset();
  }
}

// Where fewer pictures are left than the plan has, repeats the last one, so that a device plans only once.
void Worker::write_input(const std::vector<Task>& tasks, std::size_t first, std::size_t count,
                         const kernels::View& input) {
  kernels::PictureOperations& operations = backend_->pictures();
  for (std::size_t i = 0; i < static_cast<std::size_t>(input.shape.n); ++i) {
    const std::size_t given = std::min(i, count - 1);
    const Luma& luma = tasks[first + given].luma;
    if (i == given) operations.upload(*pictures_[given], luma.samples);
    operations.input(*pictures_[given], input_args(luma, input, i));
  }
}

kernels::PictureInputArgs Worker::input_args(const Luma& luma, const kernels::View& input, std::size_t n) {
  const kernels::SamplesShape& shape = luma.samples.shape;
  return {.resize = &to_square_->prepare({shape.width, shape.height}, {options_.side, options_.side}),
          .levels = luma.levels,
          .tone = luma.tone,
          .quarter_turns = luma.quarter_turns,
          .normalisation = generator_.encoding.input,
          .input = input,
          .n = static_cast<std::int64_t>(n)};
}

kernels::Shape Worker::input_shape(std::size_t pictures) const {
  return {static_cast<std::int64_t>(pictures), options_.side, options_.side, generator_.encoding.input_channels};
}

Error Worker::not_finite() const {
  const bool half = backend_->activation_type() == kernels::Type::float16;
  return {ErrorKind::damaged, "generator " + generator_.name, "gave numbers that are not finite",
          half ? "try the precision fp32; if that gives the same, its weights are damaged: fetch or convert them again"
               : "its weights are damaged; fetch or convert them again"};
}

}  // namespace colourize::session
