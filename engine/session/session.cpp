#include "engine/session/session.h"

#include <fmt/format.h>

#include <algorithm>
#include <limits>
#include <optional>
#include <string>
#include <system_error>
#include <utility>

#include "engine/device.h"
#include "engine/session/worker.h"
#include "kernels/thread_pool.h"
#include "system/error.h"

namespace colourize::session {
namespace {

// A generator whose activations need less than this gets one worker for each thread.
constexpr std::size_t small_arena_bytes = 64U << 20U;
// Pictures that each generator of an ensemble colours before it leaves the memory to the next. Loading the weights of a
// large one again takes about as long as a picture.
constexpr std::size_t turn_pictures = 16;
// Pictures that a GPU computes at once, as pixels of their squares: enough work to fill it.
constexpr std::size_t batch_pixels = 1U << 20U;
// A second worker takes the next pictures to a GPU, and the last ones' colours back, while the first one's are
// computed. On an H100 two coloured 531 frames of 1920 x 1080 a second with wide, and one 411; photos of 24 megapixels
// with lite 80 and 38 (bench/results/nvidia-h100-2026-11-26.md).
bool has_room_for_second(Worker& first, std::size_t weights_bytes, std::optional<std::size_t> memory) {
  if (first.in_turns()) return false;
  try {
    const std::size_t activations = first.plan();
    const std::optional<std::size_t> free = memory ? memory : first.backend()->free_bytes();
    // Half of it for the pictures, and for others.
    return free && activations + weights_bytes <= *free / 2;
  } catch (const OutOfMemory&) {
    return false;  // the first picture will find out what fits
  }
}

// With the one whose output is largest at the end. The others stay in their order.
std::vector<SessionMember> members_of(const Ensemble& ensemble, std::optional<int> render_factor) {
  std::vector<SessionMember> members;
  for (const auto& [generator, share] : ensemble.members()) {
    members.push_back(
        {generator, share, input_side(*generator, render_factor.value_or(generator->default_render_factor))});
  }
  const auto width = [](const SessionMember& member) { return output_size(member).width; };
  const auto largest = std::ranges::max_element(members, {}, width);
  std::rotate(largest, largest + 1, members.end());
  return members;
}

}  // namespace

Session::Session(const Ensemble& ensemble, const SessionOptions& options, const Warn& warn)
    : ensemble_(ensemble), members_(members_of(ensemble, options.render_factor)), warn_(warn) {
  PackedStores packed;
  for (const std::string& device : options.devices) open(device, options, packed);
  for (const auto& worker : workers_) depth_ += worker->batch();
  tasks_ = std::make_unique<BoundedQueue<Task>>(2 * depth_);
  try {
    start_threads();
  } catch (...) {
    tasks_->cancel();  // threads that have started would wait for tasks for ever
    throw;
  }
}

// Starts as many as possible. Where the system gives fewer, pictures wait longer.
void Session::start_threads() {
  try {
    for (const auto& worker : workers_) threads_.emplace_back([this, &worker] { worker->work(*tasks_); });
  } catch (const std::system_error& problem) {
    if (threads_.empty()) {
      throw Error(ErrorKind::no_memory, "generator " + ensemble_.name(),
                  std::string("no thread can be started: ") + problem.what(), "choose fewer threads");
    }
    warn_(fmt::format("{} of {} threads can be started, so fewer pictures are coloured at once: {}", threads_.size(),
                      workers_.size(), problem.what()));
  }
}

Session::~Session() {
  tasks_->cancel();
}

void Session::open(const std::string& device, const SessionOptions& options, PackedStores& stores) {
  std::shared_ptr<kernels::Backend> backend = open_device(device, options.backend, warn_);
  const std::string name(backend->name());
  devices_ += (devices_.empty() ? "" : ",") + name;
  const std::string hardware = backend->hardware();
  hardware_ += (hardware_.empty() ? "" : ",") + name + (hardware.empty() ? "" : " (" + hardware + ")");
  const std::size_t most = options.together > 0 ? options.together : std::numeric_limits<std::size_t>::max();
  Worker::Options of_worker{.batch = 1,
                            .turn = std::min(turn_pictures, most),
                            .memory = options.memory,
                            .backend = options.backend,
                            .may_change_device = device == "auto"};
  const bool alone = options.together == 1;
  if (!alone && !backend->in_host_memory()) {
    const auto side = static_cast<std::size_t>(this->side());
    of_worker.batch = std::min(std::max<std::size_t>(batch_pixels / (side * side), 1), most);
  }
  // Workers on a device that the caller named twice share it too.
  std::shared_ptr<graph::PackedStore>& packed = stores[name];
  if (packed == nullptr) packed = std::make_shared<graph::PackedStore>();
  auto first = std::make_unique<Worker>(members_, backend, packed, of_worker, warn_);
  const int threads = kernels::threads_of(options.backend.threads);
  if (!backend->in_host_memory()) {
    const bool second = !alone && has_room_for_second(*first, ensemble_.weights_bytes(), options.memory);
    workers_.push_back(std::move(first));
    if (second) {
      workers_.push_back(
          std::make_unique<Worker>(members_, open_device(name, options.backend, warn_), packed, of_worker, warn_));
    }
    return;
  }
  if (alone || threads == 1 || first->in_turns() || first->plan() > small_arena_bytes) {
    workers_.push_back(std::move(first));
    return;
  }
  first.reset();  // frees its threads
  backend.reset();
  const int workers =
      options.together == 0 ? threads : static_cast<int>(std::min(static_cast<std::size_t>(threads), options.together));
  kernels::BackendOptions shared_out = options.backend;
  shared_out.threads = threads / workers;
  for (int i = 0; i < workers; ++i) {
    workers_.push_back(
        std::make_unique<Worker>(members_, open_device(name, shared_out, warn_), packed, of_worker, warn_));
  }
}

std::future<void> Session::merge(Luma luma, const kernels::Samples& to, Progress progress) {
  auto wish = std::make_unique<MergedSamples>(to);
  std::future<void> result = wish->result();
  submit({std::move(luma), std::move(wish), std::move(progress)});
  return result;
}

std::future<Colours> Session::colours(Luma luma) {
  auto wish = std::make_unique<LumaAndChroma>();
  std::future<Colours> result = wish->result();
  submit({std::move(luma), std::move(wish), {}});
  return result;
}

std::future<Tensor> Session::output(Luma luma, Progress progress) {
  ensemble_.only();
  auto wish = std::make_unique<RawOutput>();
  std::future<Tensor> result = wish->result();
  submit({std::move(luma), std::move(wish), std::move(progress)});
  return result;
}

void Session::submit(Task task) {
  if (!tasks_->push(std::move(task)))
    throw Error(ErrorKind::interrupted, "generator " + ensemble_.name(), "was stopped");
}

void Session::chroma_planes(const kernels::Chroma& chroma, const kernels::ChromaLevels& levels,
                            const kernels::Samples& blue, const kernels::Samples& red) const {
  try {
    workers_.front()->backend()->pictures().chroma_planes(chroma, levels, blue, red);
  } catch (const OutOfMemory& problem) {
    if (!planes_on_host_.exchange(true)) {
      warn_(std::string(problem.what()) + "; the processor makes the planes of chroma instead");
    }
    open_device("reference", {.threads = 1}, warn_)->pictures().chroma_planes(chroma, levels, blue, red);
  }
}

std::string Session::device() const {
  return std::string(workers_.front()->backend()->name());
}

std::size_t Session::arena_bytes() const {
  return workers_.front()->arena_bytes();
}

}  // namespace colourize::session
