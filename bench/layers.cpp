// Every distinct convolution of the generators (layers.csv), each alone: its time, and its arithmetic as a direct
// convolution would count. Options are Google Benchmark's (--benchmark_filter=wide-336); environment.h has those of the
// environment.
#include <benchmark/benchmark.h>

#include <string>

#include "bench/environment.h"
#include "bench/layer.h"

namespace {

using colourize::bench::Layer;

void run_layer(benchmark::State& state, const Layer& layer) {
  const auto backend = colourize::bench::open_backend();
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
