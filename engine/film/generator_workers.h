// A generator that colours the pictures of a film: on all threads at once where it is large, a picture a thread where it is small,
// so that no thread waits for another; several pictures at once on a GPU.
#pragma once

#include <future>
#include <memory>
#include <optional>
#include <string>
#include <thread>
#include <vector>

#include "engine/film/bounded_queue.h"
#include "engine/generators/generator.h"
#include "engine/photo/luma_chroma.h"
#include "engine/photo/resample.h"
#include "kernels/backend.h"

namespace colourize::film {

struct GeneratorOptions {
  std::string device = "auto";  // see open_device()
  kernels::BackendOptions backend;
  std::optional<int> render_factor;  // none: the generator's own
};

class GeneratorWorkers {
 public:
  // The generator must outlive the workers. Throws Error where the device is not usable or the render factor not in 8..64.
  GeneratorWorkers(const Generator& generator, const GeneratorOptions& options);
  GeneratorWorkers(const GeneratorWorkers&) = delete;
  GeneratorWorkers& operator=(const GeneratorWorkers&) = delete;
  // What was submitted and not begun is given up.
  ~GeneratorWorkers();

  // The side of the square of luma that submit() takes, in pixels.
  int side() const { return side_; }
  // As many pictures should be under way that nobody is idle.
  std::size_t depth() const { return depth_; }
  const std::string& device() const { return device_; }

  // The generator's chroma for a square of luma, 0 to 255. The same bits whoever computes it, and whatever else is computed.
  // Waits while twice as many are under way as depth() says. The future throws Error where the device's memory does not suffice
  // (with the device "auto" the next one is taken, which is logged), or where the generator gives numbers that are not finite.
  std::future<photo::Chroma> submit(photo::Plane square);

 private:
  struct Task {
    photo::Plane square;
    std::promise<photo::Chroma> chroma;
  };
  class Worker;

  const Generator& generator_;
  GeneratorOptions options_;
  int side_;
  std::string device_;
  std::size_t depth_ = 1;
  std::unique_ptr<BoundedQueue<Task>> tasks_;
  std::vector<std::unique_ptr<Worker>> workers_;
  std::vector<std::jthread> threads_;  // last: they end before what they use
};

}  // namespace colourize::film
