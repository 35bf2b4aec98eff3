// Every distinct convolution of the generators (layers.csv), each alone: its time, and its arithmetic as a direct
// convolution would count. Options are Google Benchmark's (--benchmark_filter=wide-336); COLOURIZE_DEVICE names the
// device, COLOURIZE_THREADS the threads.
#include <benchmark/benchmark.h>

#include <cstdlib>
#include <string>

#include "bench/layer.h"
#include "engine/device.h"

namespace {

using colourize::bench::Layer;

std::string environment(const char* name, const std::string& otherwise) {
  const char* value = std::getenv(name);  // NOLINT(concurrency-mt-unsafe): nobody sets it
  return value == nullptr ? otherwise : value;
}

void run_layer(benchmark::State& state, const Layer& layer) {
  const auto backend =
      colourize::open_device(environment("COLOURIZE_DEVICE", "cpu"),
                             {.threads = std::stoi(environment("COLOURIZE_THREADS", "0"))}, colourize::ignore_warnings);
  colourize::bench::LayerRun run(layer, *backend);
  for (auto _ : state) {
    run.run();
    backend->synchronize();
  }
  state.SetLabel(run.step().weights->facts().name);
  state.counters["FLOP/s"] = benchmark::Counter(2 * run.step().work, benchmark::Counter::kIsIterationInvariantRate);
}

}  // namespace

int main(int count, char** values) {
  for (const Layer& layer : colourize::bench::read_layers(COLOURIZE_LAYERS)) {
    benchmark::RegisterBenchmark((layer.network + "/" + layer.name).c_str(), run_layer, layer)
        ->Unit(benchmark::kMillisecond)
        ->UseRealTime();
  }
  benchmark::Initialize(&count, values);
  benchmark::RunSpecifiedBenchmarks();
}
