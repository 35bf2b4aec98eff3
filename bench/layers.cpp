// Every distinct convolution of the generators (layers.csv), each alone: its time, and its arithmetic as a direct
// convolution would count. Options are Google Benchmark's (--benchmark_filter=wide-336); COLOURIZE_DEVICE names the
// device, COLOURIZE_THREADS the threads.
#include <benchmark/benchmark.h>

#include <array>
#include <cstdlib>
#include <fstream>
#include <sstream>
#include <string>
#include <vector>

#include "engine/device.h"
#include "engine/graph/executor.h"

namespace colourize {
namespace {

struct Layer {
  std::string network;
  std::string name;
  kernels::Shape input;
  std::int64_t out_channels = 0;
  int kernel = 1;
  int stride = 1;
  bool depthwise = false;
};

std::vector<Layer> read_layers(const std::string& path) {
  std::ifstream file(path);
  std::vector<Layer> layers;
  std::string line;
  std::getline(file, line);  // the titles
  while (std::getline(file, line)) {
    std::array<std::string, 12> fields;
    std::istringstream stream(line);
    for (std::string& field : fields) std::getline(stream, field, ',');
    const auto number = [&](std::size_t i) { return std::stoll(fields.at(i)); };
    layers.push_back({fields[0],
                      fields[1],
                      {1, number(3), number(4), number(5)},
                      number(8),
                      static_cast<int>(number(9)),
                      static_cast<int>(number(10)),
                      fields[11] == "true"});
  }
  return layers;
}

std::string environment(const char* name, const std::string& otherwise) {
  const char* value = std::getenv(name);  // NOLINT(concurrency-mt-unsafe): nobody sets it
  return value == nullptr ? otherwise : value;
}

void run_layer(benchmark::State& state, const Layer& layer) {
  const auto backend = open_device(environment("COLOURIZE_DEVICE", "cpu"),
                                   {.threads = std::stoi(environment("COLOURIZE_THREADS", "0"))});
  const std::int64_t group_in = layer.depthwise ? 1 : layer.input.c;
  const std::vector<float> weights(
      static_cast<std::size_t>(layer.out_channels * group_in * layer.kernel * layer.kernel), 0.01F);
  const int before = (layer.kernel - layer.stride + 1) / 2;
  const int after = layer.stride == 1 ? layer.kernel / 2 : (layer.kernel - 1) / 2;
  graph::Graph graph;
  const graph::Value input = graph.input(layer.input.c);
  const graph::Value output =
      graph.convolution("layer", input,
                        {.weights = {.weight = weights.data(),
                                     .out_channels = layer.out_channels,
                                     .in_channels = layer.input.c,
                                     .kernel_h = layer.kernel,
                                     .kernel_w = layer.kernel,
                                     .groups = layer.depthwise ? static_cast<int>(layer.input.c) : 1},
                         .stride = layer.stride,
                         .padding = {before, after, before, after}});
  graph.set_output(graph.relu("relu", output));
  graph::Executor executor(graph, *backend);
  Tensor tensor(layer.input);
  float value = 0;
  for (float& pixel : tensor.values()) pixel = (value = value > 1 ? -1 : value + 0.01F);
  executor.run(tensor);
  executor.start(tensor);
  for (auto _ : state) executor.run_step(0);
  const graph::Plan& plan = executor.prepare(layer.input);
  state.SetLabel(plan.steps.front().weights->facts().name);
  state.counters["FLOP/s"] =
      benchmark::Counter(2 * plan.steps.front().work, benchmark::Counter::kIsIterationInvariantRate);
}

}  // namespace
}  // namespace colourize

int main(int count, char** values) {
  for (const colourize::Layer& layer : colourize::read_layers(COLOURIZE_LAYERS)) {
    benchmark::RegisterBenchmark((layer.network + "/" + layer.name).c_str(), colourize::run_layer, layer)
        ->Unit(benchmark::kMillisecond)
        ->UseRealTime();
  }
  benchmark::Initialize(&count, values);
  benchmark::RunSpecifiedBenchmarks();
}
