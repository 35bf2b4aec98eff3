// Whole passes of the generators, at their full size, from device memory to device memory: as a photo or a film uses
// them, but for the steps around the generator.
#include <algorithm>
#include <array>

#include "bench/gpu/report/report.h"
#include "engine/device.h"
#include "engine/graph/executor.h"
#include "system/error.h"
#include "tests/support/golden.h"

namespace colourize::bench {
namespace {

std::vector<std::int64_t> sides_of(const std::string& kind) {
  if (kind == "lite") return {256};
  if (kind.starts_with("ddcolor")) return {512};
  return {336, 560};
}

// The input that the passes of one size run on: noise, which the first run brings to the device.
void measure_size(const Report& report, const std::string& name, graph::Executor& executor, kernels::Backend& backend,
                  const Tensor& input) {
  const auto begun = std::chrono::steady_clock::now();
  const Tensor first = executor.run(input);
  const double first_seconds = seconds_since(begun);
  const Tensor second = executor.run(input);  // eager again, or the first replay
  const auto pass = [&] { executor.run_on_views(input.shape(), [](const kernels::View& /*stays as it is*/) {}); };
  // One at a time, waited for: what a photo waits. Then many in a row: what a film gets.
  std::vector<double> alone;
  const auto until = std::chrono::steady_clock::now() + std::chrono::milliseconds(300);
  do {
    const auto start = std::chrono::steady_clock::now();
    pass();
    backend.synchronize();
    alone.push_back(seconds_since(start));
  } while (alone.size() < 5 || std::chrono::steady_clock::now() < until);
  std::ranges::sort(alone);
  const double median = alone[alone.size() / 2];
  const int count = std::max(3, static_cast<int>(0.3 / median));
  const auto start = std::chrono::steady_clock::now();
  for (int i = 0; i < count; ++i) pass();
  backend.synchronize();
  const double in_a_row = seconds_since(start) / count;
  const Tensor last = executor.run(input);
  report.add({name,
              1e3 * in_a_row,
              "ms",
              {{"alone_ms", 1e3 * median},
               {"alone_least_ms", 1e3 * alone.front()},
               {"repeats", count},
               {"first_ms", 1e3 * first_seconds},
               {"pictures_a_second", static_cast<double>(input.shape().n) / in_a_row},
               {"arena_bytes", executor.arena_bytes()},
               {"same_bytes", tests::same_bytes(first, second) && tests::same_bytes(first, last)}}});
}

}  // namespace

void measure_passes(const Report& report, const std::string& kinds) {
  for_each_kind(kinds, [&](const std::string& kind) {
    const Generator generator = generator_of(kind);
    const auto backend = open_device("cuda", {}, ignore_warnings);
    const auto packed = std::make_shared<graph::PackedStore>();
    for (const std::int64_t side : sides_of(kind)) {
      for (const std::int64_t pictures : {1, 4, 16}) {
        const std::string name =
            kind + "-" + std::to_string(side) + (pictures > 1 ? ", batch of " + std::to_string(pictures) : "");
        if (report.done()) return report.fail(name, "the time is over");
        try {
          graph::Executor executor(generator.graph, *backend, packed);
          measure_size(report, name, executor, *backend,
                       tests::noise({pictures, side, side, generator.input_channels()}));
        } catch (const Error& problem) {
          report.fail(name, problem.what());
        }
      }
    }
  });
}

}  // namespace colourize::bench
