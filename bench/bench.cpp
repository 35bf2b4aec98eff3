// Where the time goes: the built-in generator alone, a photo through the whole flow, and the steps around the
// generator. Run by
// ./do bench; options are Google Benchmark's (--benchmark_filter=...).
#include <benchmark/benchmark.h>

#include "engine/device.h"
#include "engine/generators/generator.h"
#include "engine/graph/executor.h"
#include "engine/photo/colourize.h"
#include "engine/photo/decode.h"
#include "engine/photo/encode.h"
#include "engine/photo/luma.h"
#include "engine/session/session.h"

namespace colourize {
namespace {

const photo::Photo& picture() {
  static const photo::Photo photo = photo::decode(COLOURIZE_PICTURE, {}, ignore_warnings);
  return photo;
}

// Argument: threads. GFLOP/s counts two operations a multiplication.
void lite_generator_at_256(benchmark::State& state) {
  const Generator generator = build_generator(weights::Weights::builtin());
  const auto backend = open_device("auto", {.threads = static_cast<int>(state.range(0))}, ignore_warnings);
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
  session::Session session(generator, {}, ignore_warnings);
  for (auto _ : state) benchmark::DoNotOptimize(photo::colourize(picture(), session));
}
BENCHMARK(colourize_photo)->Unit(benchmark::kMillisecond)->UseRealTime();

// The steps around the generator. Argument: threads.
void squeeze_photo(benchmark::State& state) {
  const auto backend = open_device("cpu", {.threads = static_cast<int>(state.range(0))}, ignore_warnings);
  kernels::PictureOperations& operations = backend->pictures();
  const session::Luma luma = photo::luma_of(picture());
  const auto resize = operations.prepare(kernels::bilinear_axis(luma.samples.shape.width, 256),
                                         kernels::bilinear_axis(luma.samples.shape.height, 256), 1);
  const auto memory = operations.picture();
  Tensor input({1, 256, 256, 1});
  operations.upload(*memory, luma.samples);
  for (auto _ : state) {
    operations.input(*memory, {.resize = resize.get(),
                               .levels = luma.levels,
                               .input = kernels::packed_view(input.values().data(), input.shape())});
  }
}
BENCHMARK(squeeze_photo)->Arg(1)->Arg(2)->Unit(benchmark::kMillisecond)->UseRealTime();

void merge_chroma(benchmark::State& state) {
  const auto backend = open_device("cpu", {.threads = static_cast<int>(state.range(0))}, ignore_warnings);
  kernels::PictureOperations& operations = backend->pictures();
  photo::Photo photo = picture();
  const kernels::Samples samples = photo::samples_of(photo);
  const auto resize =
      operations.prepare(kernels::bilinear_axis(64, photo.width()), kernels::bilinear_axis(64, photo.height()), 0);
  const auto memory = operations.picture();
  const Tensor output({1, 64, 64, 2});
  operations.upload(*memory, {samples.data, samples.shape, samples.stride});
  operations.chroma(*memory, {.output = kernels::packed_view(output.values().data(), output.shape())});
  for (auto _ : state) benchmark::DoNotOptimize(operations.merge(*memory, *resize, samples));
}
BENCHMARK(merge_chroma)->Arg(1)->Arg(2)->Unit(benchmark::kMillisecond)->UseRealTime();

void encode_jpeg(benchmark::State& state) {
  for (auto _ : state) benchmark::DoNotOptimize(photo::encode(picture(), "picture.jpg", ignore_warnings));
}
BENCHMARK(encode_jpeg)->Unit(benchmark::kMillisecond);

void encode_png(benchmark::State& state) {
  for (auto _ : state) benchmark::DoNotOptimize(photo::encode(picture(), "picture.png", ignore_warnings));
}
BENCHMARK(encode_png)->Unit(benchmark::kMillisecond);

void load_builtin_generator(benchmark::State& state) {
  for (auto _ : state) benchmark::DoNotOptimize(build_generator(weights::Weights::builtin()));
}
BENCHMARK(load_builtin_generator)->Unit(benchmark::kMillisecond);

}  // namespace
}  // namespace colourize
