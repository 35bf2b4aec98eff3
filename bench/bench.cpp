// Where the time goes: the built-in generator alone, a photo through the whole flow, and the steps around the generator. Run by
// ./do bench; options are Google Benchmark's (--benchmark_filter=...).
#include <benchmark/benchmark.h>

#include "engine/device.h"
#include "engine/generators/generator.h"
#include "engine/graph/executor.h"
#include "engine/photo/colourizer.h"
#include "engine/photo/decode.h"
#include "engine/photo/encode.h"
#include "engine/photo/generator_input.h"
#include "engine/photo/luma_chroma.h"

namespace colourize {
namespace {

const photo::Photo& picture() {
  static const photo::Photo photo = photo::decode(COLOURIZE_PICTURE);
  return photo;
}

// Argument: threads. GFLOP/s counts two operations a multiplication.
void lite_generator_at_256(benchmark::State& state) {
  const Generator generator = build_generator(weights::Weights::builtin());
  const auto backend = open_device("auto", {.threads = static_cast<int>(state.range(0))});
  graph::Executor executor(generator.graph, *backend);
  const Tensor input({1, 256, 256, 1});
  double work = 0;
  for (const auto& step : executor.prepare(input.shape()).steps) work += step.work;
  for (auto _ : state) benchmark::DoNotOptimize(executor.run(input));
  state.SetLabel(std::string(backend->name()));
  state.counters["FLOP/s"] = benchmark::Counter(2 * work, benchmark::Counter::kIsIterationInvariantRate);
  state.counters["arena"] = static_cast<double>(executor.prepare(input.shape()).arena_bytes);
}
BENCHMARK(lite_generator_at_256)->Arg(1)->Arg(2)->Unit(benchmark::kMillisecond)->UseRealTime();

void colourize_photo(benchmark::State& state) {
  const Generator generator = build_generator(weights::Weights::builtin());
  const auto backend = open_device("auto");
  photo::Colourizer colourizer(generator, *backend);
  for (auto _ : state) benchmark::DoNotOptimize(colourizer.colourize(picture()));
}
BENCHMARK(colourize_photo)->Unit(benchmark::kMillisecond)->UseRealTime();

void squeeze_photo(benchmark::State& state) {
  const Generator generator = build_generator(weights::Weights::builtin());
  for (auto _ : state) benchmark::DoNotOptimize(photo::generator_input(picture(), generator, 256));
}
BENCHMARK(squeeze_photo)->Unit(benchmark::kMillisecond);

void merge_chroma(benchmark::State& state) {
  const photo::Chroma chroma{photo::Plane(64, 64), photo::Plane(64, 64)};
  for (auto _ : state) benchmark::DoNotOptimize(photo::merge(picture(), chroma));
}
BENCHMARK(merge_chroma)->Unit(benchmark::kMillisecond);

void encode_jpeg(benchmark::State& state) {
  for (auto _ : state) benchmark::DoNotOptimize(photo::encode_jpeg(picture(), "picture.jpg"));
}
BENCHMARK(encode_jpeg)->Unit(benchmark::kMillisecond);

void encode_png(benchmark::State& state) {
  for (auto _ : state) benchmark::DoNotOptimize(photo::encode_png(picture(), "picture.png"));
}
BENCHMARK(encode_png)->Unit(benchmark::kMillisecond);

void load_builtin_generator(benchmark::State& state) {
  for (auto _ : state) benchmark::DoNotOptimize(build_generator(weights::Weights::builtin()));
}
BENCHMARK(load_builtin_generator)->Unit(benchmark::kMillisecond);

}  // namespace
}  // namespace colourize
