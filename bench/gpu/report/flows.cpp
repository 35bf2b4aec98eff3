// Pictures through a session, from the host's memory to the host's memory: what a film's frames and a folder's photos
// take without their decoding and encoding.
#include <deque>
#include <future>
#include <random>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include "bench/gpu/report/report.h"
#include "engine/session/bounded_queue.h"
#include "engine/session/session.h"
#include "system/error.h"

namespace colourize::bench {
namespace {

using session::Session;

constexpr double warm_seconds = 0.5;
constexpr double measured_seconds = 1;

std::vector<std::uint8_t> noise(std::size_t bytes) {
  std::vector<std::uint8_t> samples(bytes);
  std::minstd_rand random;
  for (std::uint8_t& sample : samples) sample = static_cast<std::uint8_t>(random() >> 8U);
  return samples;
}

// Counts what is finished between the end of the warm-up and the end.
class Rate {
 public:
  void count() {
    const double seconds = seconds_since(start_);
    if (seconds < warm_seconds) return;
    if (pictures_ < 0) begun_ = seconds;
    ++pictures_;
    ended_ = seconds;
  }
  bool over() const { return seconds_since(start_) > warm_seconds + measured_seconds; }
  double a_second() const { return pictures_ > 0 ? static_cast<double>(pictures_) / (ended_ - begun_) : 0; }

 private:
  const std::chrono::steady_clock::time_point start_ = std::chrono::steady_clock::now();
  int pictures_ = -1;
  double begun_ = 0;
  double ended_ = 0;
};

// Frames of luma, 8 bits; one thread submits them and takes their colours in order, another makes the planes of 4:2:0,
// as a film's pipeline does.
double frames(Session& session, int width, int height) {
  struct Planes {
    explicit Planes(int w, int h) : shape{w / 2, h / 2, 1, 1}, blue(shape.all_bytes()), red(shape.all_bytes()) {}
    kernels::SamplesShape shape;
    std::vector<std::uint8_t> blue;
    std::vector<std::uint8_t> red;
  };
  const kernels::SamplesShape shape{width, height, 1, 1};
  const std::vector<std::uint8_t> samples = noise(shape.all_bytes());
  Planes planes(width, height);
  Rate rate;
  session::BoundedQueue<kernels::Chroma> coloured(8);
  std::jthread planing([&] {
    const auto stride = static_cast<std::ptrdiff_t>(planes.shape.row_bytes());
    while (std::optional<kernels::Chroma> chroma = coloured.pop()) {
      session.chroma_planes(*chroma, {}, {planes.blue.data(), planes.shape, stride},
                            {planes.red.data(), planes.shape, stride});
      rate.count();
    }
  });
  std::deque<std::future<session::Colours>> under_way;
  const std::size_t depth = 2 * session.depth();
  while (!rate.over()) {
    while (under_way.size() < depth) {
      under_way.push_back(
          session.colours({.samples = {samples.data(), shape, static_cast<std::ptrdiff_t>(shape.row_bytes())}}));
    }
    if (!coloured.push(under_way.front().get().chroma)) break;
    under_way.pop_front();
  }
  for (std::future<session::Colours>& waiting : under_way) waiting.get();
  coloured.end();
  planing.join();
  return rate.a_second();
}

// Photos of red, green and blue, 8 bits, which get their colours where they lie.
double photos(Session& session, int width, int height) {
  const kernels::SamplesShape shape{width, height, 3, 1};
  const std::size_t depth = 2 * session.depth();
  std::vector<std::vector<std::uint8_t>> pictures(depth, noise(shape.all_bytes()));
  std::vector<std::future<void>> under_way;
  const auto submit = [&](std::vector<std::uint8_t>& picture) {
    const auto stride = static_cast<std::ptrdiff_t>(shape.row_bytes());
    return session.merge({.samples = {picture.data(), shape, stride}}, {picture.data(), shape, stride});
  };
  for (auto& picture : pictures) under_way.push_back(submit(picture));
  Rate rate;
  for (std::size_t i = 0; !rate.over(); i = (i + 1) % depth) {
    under_way[i].get();
    rate.count();
    under_way[i] = submit(pictures[i]);
  }
  for (std::future<void>& waiting : under_way) waiting.get();
  return rate.a_second();
}

}  // namespace

void measure_flows(const Report& report, const std::string& kinds) {
  for_each_kind(kinds, [&](const std::string& kind) {
    const Generator generator = generator_of(kind);
    for (const std::size_t workers : {1, 2, 3}) {
      const std::string name = kind + ", workers: " + std::to_string(workers);
      if (report.done()) return report.fail(name, "the time is over");
      try {
        // As if there were no memory for a second worker on each device.
        const std::size_t memory = 0;
        Session session(generator,
                        {.devices = std::vector<std::string>(workers, "cuda"), .together = 0, .memory = memory},
                        ignore_warnings);
        report.add({name + ", frames of 640 x 480", frames(session, 640, 480), "pictures/s"});
        report.add({name + ", frames of 1920 x 1080", frames(session, 1920, 1080), "pictures/s"});
        report.add({name + ", photos of 6000 x 4000", photos(session, 6000, 4000), "pictures/s"});
      } catch (const Error& problem) {
        report.fail(name, problem.what());
      }
    }
  });
}

}  // namespace colourize::bench
