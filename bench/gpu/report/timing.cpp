#include "bench/gpu/report/timing.h"

#include <cuda_fp16.h>
#include <cuda_runtime_api.h>

#include <algorithm>
#include <random>
#include <vector>

namespace colourize::bench {
namespace {

using kernels::cuda::check;

class Event {
 public:
  Event() { check(cudaEventCreate(&event_), "making an event"); }
  Event(const Event&) = delete;
  Event& operator=(const Event&) = delete;
  ~Event() { cudaEventDestroy(event_); }
  cudaEvent_t get() const { return event_; }

 private:
  cudaEvent_t event_ = nullptr;
};

class Graph {
 public:
  Graph(kernels::cuda::Stream& stream, int launches, const std::function<void(int, cudaStream_t)>& launch)
      : stream_(stream) {
    check(cudaStreamBeginCapture(stream.get(), cudaStreamCaptureModeThreadLocal), "beginning a graph");
    for (int i = 0; i < launches; ++i) launch(i, stream.get());
    cudaGraph_t graph = nullptr;
    check(cudaStreamEndCapture(stream.get(), &graph), "ending a graph");
    const cudaError_t error = cudaGraphInstantiateWithFlags(&executable_, graph, 0);
    cudaGraphDestroy(graph);
    check(error, "making a graph");
  }
  Graph(const Graph&) = delete;
  Graph& operator=(const Graph&) = delete;
  ~Graph() { cudaGraphExecDestroy(executable_); }

  // In seconds.
  double replay() const {
    check(cudaEventRecord(begin_.get(), stream_.get()), "recording an event");
    check(cudaGraphLaunch(executable_, stream_.get()), "launching a graph");
    check(cudaEventRecord(end_.get(), stream_.get()), "recording an event");
    stream_.wait();
    float milliseconds = 0;
    check(cudaEventElapsedTime(&milliseconds, begin_.get(), end_.get()), "reading the device's clock");
    return milliseconds * 1e-3;
  }

 private:
  kernels::cuda::Stream& stream_;
  cudaGraphExec_t executable_ = nullptr;
  Event begin_;
  Event end_;
};

}  // namespace

Timing time_launches(kernels::cuda::Stream& stream, double budget,
                     const std::function<void(int i, cudaStream_t stream)>& launch) {
  constexpr int most_launches = 20;
  constexpr int least_replays = 3;
  constexpr int most_replays = 15;
  stream.use();
  launch(0, stream.get());  // brings the kernel to the device
  stream.wait();
  const double one = Graph(stream, 2, launch).replay() / 2;
  Timing timing;
  timing.launches = std::clamp(static_cast<int>(budget / least_replays / one), 2, most_launches);
  const Graph graph(stream, timing.launches, launch);
  graph.replay();
  timing.replays = std::clamp(static_cast<int>(budget / (one * timing.launches)), least_replays, most_replays);
  std::vector<double> times;
  for (int i = 0; i < timing.replays; ++i) times.push_back(graph.replay() / timing.launches);
  std::ranges::sort(times);
  timing.seconds = times[times.size() / 2];
  timing.spread = (times.back() - times.front()) / timing.seconds;
  return timing;
}

kernels::cuda::DeviceMemory random_halves(kernels::cuda::Stream& stream, std::size_t bytes, float deviation) {
  // An odd number of them, so that no two rows of a power of two are alike.
  constexpr std::size_t count = 4'000'037;
  static const std::vector<float> normals = [] {
    std::mt19937 engine(1);  // NOLINT(cert-msc32-c,cert-msc51-cpp): the same numbers every time
    std::normal_distribution<float> normal;
    std::vector<float> values(count);
    for (float& value : values) value = normal(engine);
    return values;
  }();
  std::vector<__half> halves(count);
  std::ranges::transform(normals, halves.begin(), [&](float value) { return __float2half(value * deviation); });
  kernels::cuda::DeviceMemory memory(bytes);
  constexpr std::size_t piece = count * sizeof(__half);
  for (std::size_t at = 0; at < bytes; at += piece) {
    stream.to_device(memory.as<std::byte>() + at, halves.data(), std::min(piece, bytes - at));
  }
  stream.wait();
  return memory;
}

}  // namespace colourize::bench
