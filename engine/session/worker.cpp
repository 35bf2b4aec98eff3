#include "engine/session/worker.h"

#include <fmt/core.h>

#include <exception>
#include <utility>

#include "engine/device.h"
#include "engine/graph/plan.h"
#include "system/error.h"
#include "system/lists.h"

namespace colourize::session {
namespace {

// As they are packed where the backend knows that before it packs them, as CUDA's does; otherwise as they are stored.
std::size_t weights_bytes(const graph::Plan& plan, const graph::Graph& graph) {
  std::size_t bytes = 0;
  for (const graph::PlannedStep& step : plan.steps) {
    if (step.weights == nullptr) continue;
    const std::size_t packed = step.weights->facts().packed_bytes;
    const auto& stored = std::get<graph::Convolution>(graph.node(step.step.anchor).operation).weights;
    bytes += packed > 0 ? packed : stored.bytes().size();
  }
  return bytes;
}

double work_of(const graph::Plan& plan) {
  double work = 0;
  for (const graph::PlannedStep& step : plan.steps) work += step.work;
  return work;
}

double gigabytes(std::size_t bytes) {
  return static_cast<double>(bytes) / 1e9;
}

}  // namespace

Worker::Worker(std::span<const SessionMember> members, std::shared_ptr<kernels::Backend> backend,
               std::shared_ptr<graph::PackedStore> packed, const Options& options, const Warn& warn)
    : members_(members), options_(options), warn_(warn), fitting_(options.batch) {
  set_backend(std::move(backend), std::move(packed));
}

void Worker::work(BoundedQueue<Task>& tasks) {
  while (std::optional<Task> first = tasks.pop()) {
    std::vector<Task> taken;
    taken.push_back(*std::move(first));
    while (taken.size() < batch()) {
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
  std::size_t bytes = 0;
  for (std::size_t m = 0; m < members_.size(); ++m) {
    bytes += runner(m).executor().prepare(input_shape(members_[m], fitting_)).arena_bytes;
    if (in_turns_) runners_[m].reset();
  }
  return bytes;
}

void Worker::set_backend(std::shared_ptr<kernels::Backend> backend, std::shared_ptr<graph::PackedStore> packed) {
  // What belongs to the old backend goes before it.
  pictures_.clear();
  runners_.clear();
  runners_.resize(members_.size());
  packed_ = std::move(packed);
  {
    const std::lock_guard lock(backend_mutex_);
    backend_ = std::move(backend);
  }
  if (members_.size() > 1) survey();
}

// Finds out what the members need, before any of them takes memory, and whether that can be in memory together.
void Worker::survey() {
  mean_size_ = output_size(members_.back());
  needs_.assign(members_.size(), {.work = 1});
  std::size_t together = 0;
  try {
    for (std::size_t m = 0; m < members_.size(); ++m) {
      const graph::Graph& graph = members_[m].generator->graph;
      const graph::Plan plan = graph::make_plan(graph, input_shape(members_[m], fitting_), *backend_);
      needs_[m] = {plan.arena_bytes + weights_bytes(plan, graph), work_of(plan)};
      together += needs_[m].bytes;
    }
  } catch (const OutOfMemory&) {
    return;  // not even the plans fit: the first picture will find what does
  }
  const std::optional<std::size_t> available = options_.memory ? options_.memory : backend_->free_bytes();
  in_turns_ = available && together > *available;
  if (!in_turns_) return;
  warn_(
      fmt::format("the generators {} need {:.1f} GB of memory together, and {:.1f} GB are free: they take turns, each "
                  "for up to {} pictures",
                  names(), gigabytes(together), gigabytes(*available), batch()));
}

Runner& Worker::runner(std::size_t member) {
  std::unique_ptr<Runner>& runner = runners_[member];
  if (runner == nullptr) {
    // What takes turns shares nothing, so that its packed weights go with it.
    runner = std::make_unique<Runner>(members_[member], *backend_,
                                      in_turns_ ? std::make_shared<graph::PackedStore>() : packed_);
  }
  return *runner;
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
    const std::size_t most = in_turns_ ? tasks.size() : fitting_;
    const std::size_t count = one_by_one ? 1 : std::min(most, tasks.size() - done);
    try {
      try {
        colour(std::span(tasks).subspan(done, count));
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

// Takes half as many pictures at once, and keeps to that. When that is one, the generators take turns. When they do,
// changes to the CPU.
void Worker::make_do(const OutOfMemory& problem) {
  if (fitting_ > 1) {
    const std::size_t fewer = (fitting_ + 1) / 2;
    warn_(fmt::format("{} pictures at once: {}; trying {}", fitting_, problem.what(), fewer));
    fitting_ = fewer;
    pictures_.resize(std::min(pictures_.size(), fitting_));
    return;
  }
  if (members_.size() > 1 && !in_turns_) {
    warn_(fmt::format("{}; the generators {} take turns now, each for up to {} pictures", problem.what(), names(),
                      options_.turn));
    in_turns_ = true;
    for (std::unique_ptr<Runner>& runner : runners_) runner.reset();
    packed_->drop_unused();
    return;
  }
  auto next = options_.may_change_device ? next_device(*backend_, options_.backend) : nullptr;
  if (next == nullptr) throw;
  warn_(fmt::format("{}; continuing on the device {}", problem.what(), next->name()));
  set_backend(std::move(next), std::make_shared<graph::PackedStore>());
}

// Pictures' steps: their samples; for each generator the square that it sees, its run and its chroma; their colours.
void Worker::colour(std::span<Task> tasks) {
  while (pictures_.size() < tasks.size()) pictures_.push_back(backend_->pictures().picture());
  for (std::size_t i = 0; i < tasks.size(); ++i) backend_->pictures().upload(*pictures_[i], tasks[i].luma.samples);
  std::size_t arenas = 0;
  for (std::size_t m = 0; m < members_.size(); ++m) {
    run_member(m, tasks, arenas);
    if (in_turns_) runners_[m].reset();
  }
}

// `arenas`: of the members before, and of this one. It is told before the last one delivers the pictures, because
// whoever waits for them may ask then.
void Worker::run_member(std::size_t member, std::span<Task> tasks, std::size_t& arenas) {
  double before = 0;
  double all = needs_.empty() ? 1 : 0;
  for (std::size_t m = 0; m < needs_.size(); ++m) {
    if (m < member) before += needs_[m].work;
    all += needs_[m].work;
  }
  const double part = needs_.empty() ? 1 : needs_[member].work;
  Runner& runner = this->runner(member);
  for (std::size_t begin = 0; begin < tasks.size(); begin += fitting_) {
    const std::size_t count = std::min(fitting_, tasks.size() - begin);
    const std::span<Task> these = tasks.subspan(begin, count);
    const auto pictures = std::span(pictures_).subspan(begin, count);
    const Runner::Result result = runner.run(these, pictures, fitting_, [&](double fraction) {
      for (const Task& task : these) {
        if (task.progress) task.progress((before + fraction * part) / all);
      }
    });
    if (begin == 0) {
      const std::size_t arena = runner.executor().arena_bytes();
      arenas = in_turns_ ? std::max(arenas, arena) : arenas + arena;
    }
    if (member + 1 == members_.size()) arena_bytes_ = arenas;
    for (std::size_t n = 0; n < count; ++n) finish(member, runner, result, n, these[n], *pictures[n]);
  }
}

// Picture n of a member's run. After the last member it delivers the picture.
void Worker::finish(std::size_t member, Runner& runner, const Runner::Result& result, std::size_t n, Task& task,
                    kernels::PictureMemory& picture) {
  const bool last = member + 1 == members_.size();
  const auto make_chroma = [&] {
    kernels::PictureOperations& operations = backend_->pictures();
    operations.chroma(picture, runner.chroma_args(result, n));
    if (members_.size() == 1) return;
    operations.mean_chroma(
        picture,
        {.resize = &runner.to_mean(mean_size_), .share = members_[member].share, .first = member == 0, .last = last});
  };
  if (!last) return make_chroma();
  const auto seen = [&] { return runner.input_args(task.luma, result, n); };
  const auto resize = [&](int width, int height) -> const kernels::PreparedResize& {
    return runner.to_picture({width, height});
  };
  const auto number = static_cast<std::int64_t>(n);
  if (!task.wish->take({*backend_, picture, result.output, number, seen, make_chroma, resize})) {
    task.wish->fail(std::make_exception_ptr(not_finite()));
  }
  task.wish.reset();
}

std::string Worker::names() const {
  std::vector<std::string> names;
  for (const SessionMember& member : members_) names.push_back(member.generator->name);
  return listed(names, "and");
}

Error Worker::not_finite() const {
  const bool half = backend_->activation_type() == kernels::Type::float16;
  return {ErrorKind::damaged, (members_.size() > 1 ? "generators " : "generator ") + names(),
          "gave numbers that are not finite",
          half ? "try the precision fp32; if that gives the same, the weights are damaged: fetch or convert them again"
               : "the weights are damaged; fetch or convert them again"};
}

}  // namespace colourize::session
