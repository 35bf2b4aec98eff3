// Multi-head attention, alone, as a decoder of 100 queries with 8 heads of 32 channels asks for it: its time, and its
// arithmetic over the most that the device can do (Backend::measure_peak()). Options are Google Benchmark's
// (--benchmark_filter=/16384); environment.h has those of the environment.
#include <benchmark/benchmark.h>

#include <cstdint>
#include <string>

#include "bench/environment.h"
#include "engine/tensor.h"

namespace colourize::bench {
namespace {

constexpr std::int64_t channels = 256;
constexpr int heads = 8;

// An activation in a backend's memory.
class Activation {
 public:
  Activation(kernels::Backend& backend, const kernels::Shape& shape)
      : backend_(backend),
        view_{.shape = shape,
              .strides = kernels::aligned_strides(shape, backend.channel_alignment()),
              .type = backend.activation_type()} {
    view_.data = backend.allocate(static_cast<std::size_t>(shape.n * view_.strides.n * size_of(view_.type)));
    Tensor numbers(shape);
    float value = 0;
    for (float& number : numbers.values()) number = (value = value > 1 ? -1 : value + 0.01F);
    backend.write(numbers.values().data(), view_);
  }
  Activation(const Activation&) = delete;
  Activation& operator=(const Activation&) = delete;
  ~Activation() { backend_.release(view_.data); }

  const kernels::View& view() const { return view_; }

 private:
  kernels::Backend& backend_;
  kernels::View view_;
};

// Arguments: queries, keys.
void attention(benchmark::State& state) {
  const auto backend = open_backend();
  const kernels::Shape queries{1, 1, state.range(0), channels};
  const kernels::Shape keys{1, 1, state.range(1), channels};
  const Activation query(*backend, queries);
  const Activation key(*backend, keys);
  const Activation value(*backend, keys);
  const Activation output(*backend, queries);
  kernels::AttentionArgs args{
      .query = query.view(), .key = key.view(), .value = value.view(), .output = output.view(), .heads = heads};
  args.workspace.bytes = backend->workspace_bytes(args);
  args.workspace.data = backend->allocate(args.workspace.bytes);
  for (auto _ : state) {
    backend->run(args);
    backend->synchronize();
  }
  backend->release(args.workspace.data);
  const auto multiplications = static_cast<double>(queries.w * keys.w * 2 * channels);
  state.SetLabel(std::string(backend->name()));
  state.counters["FLOP/s"] = benchmark::Counter(2 * multiplications, benchmark::Counter::kIsIterationInvariantRate);
  state.counters["of peak"] = benchmark::Counter(multiplications / backend->measure_peak().multiply_adds_per_second,
                                                 benchmark::Counter::kIsIterationInvariantRate);
}
BENCHMARK(attention)
    ->Args({100, 100})
    ->Args({100, 256})
    ->Args({100, 1024})
    ->Args({100, 4096})
    ->Args({100, 16384})
    ->Args({100, 65536})
    ->Unit(benchmark::kMicrosecond)
    ->UseRealTime();

}  // namespace
}  // namespace colourize::bench
