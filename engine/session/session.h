// A generator opened on one device or on several, for whoever has pictures to colour: a photo, a folder, a film, a
// server.
//
//   submit: luma, as it is stored -> [queue] -> a worker a device, or a thread -> chroma, or samples with their colours
//
// On the processor a picture gets the same bits whoever computes it, and whatever else is computed. A GPU may cut its
// sums in other parts for another number of pictures at once: the last bits then differ.
#pragma once

#include <atomic>
#include <cstddef>
#include <functional>
#include <future>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <thread>
#include <vector>

#include "engine/generators/generator.h"
#include "engine/graph/packed_weights.h"
#include "engine/session/bounded_queue.h"
#include "engine/session/luma.h"
#include "engine/session/task.h"
#include "kernels/backend.h"
#include "system/warnings.h"

namespace colourize::session {

struct SessionOptions {
  std::vector<std::string> devices{"auto"};  // see open_device(); at least one
  kernels::BackendOptions backend;
  std::optional<int> render_factor;  // none: the generator's own
  // Pictures that will be under way together. 1: each gets all threads and comes as soon as it can. More: a generator
  // that is small has a worker a thread, so that no thread waits for another, and a GPU takes several pictures at once.
  // 0: many.
  std::size_t together = 1;
};

class Worker;

class Session {
 public:
  using Progress = std::function<void(double fraction)>;

  // The generator must outlive the session. `warn` hears where memory does not suffice and something else is done in
  // its place, also from the session's own threads. Throws Error where a device is not usable or the render factor not
  // in 8..64.
  Session(const Generator& generator, const SessionOptions& options, const Warn& warn);
  Session(const Session&) = delete;
  Session& operator=(const Session&) = delete;
  // What was submitted and not begun is given up.
  ~Session();

  // All three wait while twice as many pictures are under way as depth() says. The future throws Error where the memory
  // does not suffice (a GPU is first given fewer pictures at once, and where the device is "auto" the processor takes
  // over; both are warned of), or where the generator gives numbers that are not finite. `progress` is called from
  // another thread as the generator runs.
  //
  // Writes the picture's samples, 3 or 4 channels, with the generator's chroma to `to`, which has their shape and may
  // be the samples themselves; luma, which is never resized, and alpha stay. Both must stay until the future is ready.
  std::future<void> merge(Luma luma, const kernels::Samples& to, Progress progress = {});
  // Gives what the generator saw and the chroma that it made.
  std::future<Colours> colours(Luma luma);
  // Gives the generator's own numbers, 1 x height x width x its channels.
  std::future<Tensor> output(Luma luma, Progress progress = {});

  // Chroma as a film stores it; see kernels::PictureOperations. Returns when it is written; any thread may call it.
  void chroma_planes(const kernels::Chroma& chroma, const kernels::ChromaLevels& levels, const kernels::Samples& blue,
                     const kernels::Samples& red) const;

  const Generator& generator() const { return generator_; }
  // The side of the generator's square, in pixels.
  int side() const { return side_; }
  // As many pictures keep all workers busy.
  std::size_t depth() const { return depth_; }
  // The devices that were opened, by name, with commas between them.
  const std::string& devices() const { return devices_; }
  // The device of the first worker now: another one where its memory did not suffice.
  std::string device() const;
  // Bytes of activations, weights aside, that the first worker, which must be idle, took last; 0: none yet.
  std::size_t arena_bytes() const;

 private:
  // By the device's name: its workers share one.
  using PackedStores = std::map<std::string, std::shared_ptr<graph::PackedStore>>;

  void open(const std::string& device, const SessionOptions& options, PackedStores& stores);
  void start_threads();
  void submit(Task task);

  const Generator& generator_;
  Warn warn_;
  int side_;
  std::string devices_;
  std::size_t depth_ = 0;
  mutable std::atomic<bool> planes_on_host_ = false;  // the device had no memory for them
  std::unique_ptr<BoundedQueue<Task>> tasks_;
  std::vector<std::unique_ptr<Worker>> workers_;
  std::vector<std::jthread> threads_;  // last: they end before what they use
};

}  // namespace colourize::session
