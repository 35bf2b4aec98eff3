// A session: a generator, or an ensemble of them, opened on one or more devices. It colours pictures of a photo, a
// folder, a film or a server.
//
//   submit: luma, as stored -> [queue] -> a worker for each device, or each thread -> chroma, or samples with colours
//
// Each worker runs all generators of an ensemble, one after the other, and averages their chroma at the size of the
// largest one. Where memory does not hold them together, they take turns: each colours a few pictures, and leaves the
// memory to the next.
//
// On the CPU a picture always gets the same bits, whichever thread computes it and whatever else is in progress. A GPU
// may split its sums differently when it computes another number of pictures at once; then the last bits differ.
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

#include "engine/generators/ensemble.h"
#include "engine/graph/packed_weights.h"
#include "engine/session/bounded_queue.h"
#include "engine/session/luma.h"
#include "engine/session/runner.h"
#include "engine/session/task.h"
#include "kernels/backend.h"
#include "system/warnings.h"

namespace colourize::session {

struct SessionOptions {
  std::vector<std::string> devices{"auto"};  // see open_device(); at least one
  kernels::BackendOptions backend;
  std::optional<int> render_factor;  // none: each generator's default
  // How many pictures the caller will have in progress together. 1: each picture uses all threads and comes as soon as
  // it can. More: a small generator gets one worker for each thread, so that no thread waits for another, and a GPU
  // takes several pictures at once. 0: many.
  std::size_t together = 1;
  // The bytes of memory that an ensemble's generators may take together on a device; none: as many as are free.
  std::optional<std::size_t> memory;
};

class Worker;

class Session {
 public:
  using Progress = std::function<void(double fraction)>;

  // The session calls `warn` where memory does not suffice and it does something else instead; this can come from the
  // session's own threads. Throws Error where a device is not usable or the render factor is not in 8..64.
  Session(const Ensemble& ensemble, const SessionOptions& options, const Warn& warn);
  Session(const Session&) = delete;
  Session& operator=(const Session&) = delete;
  // Gives up what was submitted and has not begun.
  ~Session();

  // merge(), colours() and output() wait while twice as many pictures are in progress as depth() says. Their futures
  // throw Error where memory does not suffice, or where the generator returns numbers that are not finite. Before that,
  // a GPU tries fewer pictures at once, and where the device is "auto" the CPU takes over; the session warns of both.
  // It calls `progress` from another thread while the generator runs.
  //
  // merge() writes the picture's samples, 3 or 4 channels, with the generator's chroma to `to`. `to` has the same shape
  // and may be the same memory. Luma and alpha stay; luma is never resized. Both must stay alive until the future is
  // ready.
  std::future<void> merge(Luma luma, const kernels::Samples& to, Progress progress = {});
  // Returns the luma that the generator saw and the chroma that it made; of an ensemble, the luma that its largest
  // generator saw, and the mean chroma.
  std::future<Colours> colours(Luma luma);
  // Returns the generator's raw output, 1 x height x width x its channels. Throws Error where there are several.
  std::future<Tensor> output(Luma luma, Progress progress = {});

  // Writes chroma as a film stores it; see kernels::PictureOperations. Returns after it is written. Any thread may call
  // it.
  void chroma_planes(const kernels::Chroma& chroma, const kernels::ChromaLevels& levels, const kernels::Samples& blue,
                     const kernels::Samples& red) const;

  // The generators; the one whose output is largest is the last.
  std::span<const SessionMember> members() const { return members_; }
  // The generator where there is one. Throws Error of the kind `unsupported` where there are several.
  const Generator& only_generator() const { return ensemble_.only(); }
  // The side of the last generator's square, in pixels.
  int side() const { return members_.back().side; }
  // This many pictures in progress keep all workers busy.
  std::size_t depth() const { return depth_; }
  // The names of the opened devices, separated by commas.
  const std::string& devices() const { return devices_; }
  // The same with what results depend on besides, such as a GPU's generation: the same text, the same bytes.
  const std::string& hardware() const { return hardware_; }
  // The current device of the first worker. It changes where the first device's memory did not suffice.
  std::string device() const;
  // Bytes of activations, without weights, that the first worker's last picture used; 0 before its first.
  std::size_t arena_bytes() const;

 private:
  // One for each device name; the workers on a device share it.
  using PackedStores = std::map<std::string, std::shared_ptr<graph::PackedStore>>;

  void open(const std::string& device, const SessionOptions& options, PackedStores& stores);
  void start_threads();
  void submit(Task task);

  const Ensemble ensemble_;
  std::vector<SessionMember> members_;
  Warn warn_;
  std::string devices_;
  std::string hardware_;
  std::size_t depth_ = 0;
  mutable std::atomic<bool> planes_on_host_ = false;  // set when the device had no memory for them
  std::unique_ptr<BoundedQueue<Task>> tasks_;
  std::vector<std::unique_ptr<Worker>> workers_;
  std::vector<std::jthread> threads_;  // declared last, so that they end before what they use
};

}  // namespace colourize::session
