#include "apps/colourize/profile.h"

#include <spdlog/fmt/fmt.h>

#include <algorithm>
#include <map>

#include <nlohmann/json.hpp>

#include "apps/colourize/console.h"
#include "apps/colourize/models.h"
#include "apps/colourize/warnings.h"
#include "engine/device.h"
#include "engine/generators/generator.h"
#include "engine/graph/profile.h"

namespace colourize::apps {
namespace {

constexpr double giga = 1e9;
constexpr double mega = 1e6;
constexpr double milliseconds = 1e3;
constexpr double operations = 2;  // a multiply-add counts two

double per_second(double amount, double seconds) {
  return seconds > 0 ? amount / seconds : 0;
}

// 0 where the peak is not known.
double percent(double rate, double peak) {
  return peak > 0 ? 100 * rate / peak : 0;
}

// A profile, and what this machine can do at most.
struct Measured : graph::Profile {
  kernels::Peak peak;
  std::size_t peak_memory = 0;  // of the process, in bytes, before the peaks were measured
};

// The cost of one layer, or of several together.
struct Cost {
  double seconds = 0;
  double direct = 0;
  double actual = 0;
  double bytes = 0;

  void add(const graph::LayerProfile& layer) {
    seconds += layer.seconds;
    direct += layer.direct_multiplications;
    actual += layer.actual_multiplications;
    bytes += layer.bytes;
  }
  double direct_gflops() const { return per_second(operations * direct, seconds) / giga; }
  double actual_gflops() const { return per_second(operations * actual, seconds) / giga; }
  double gigabytes() const { return per_second(bytes, seconds) / giga; }
  double peak_percent(const kernels::Peak& peak) const {
    return percent(per_second(actual, seconds), peak.multiply_adds_per_second);
  }
  double memory_percent(const kernels::Peak& peak) const {
    return percent(per_second(bytes, seconds), peak.bytes_per_second);
  }
};

std::string columns(const Cost& cost, const Measured& profile, double all) {
  return fmt::format("{:9.3f} {:5.1f}% {:9.1f} {:9.1f} {:5.0f}% {:7.1f} {:5.0f}%", cost.seconds * milliseconds,
                     percent(cost.seconds, all), cost.direct_gflops(), cost.actual_gflops(),
                     cost.peak_percent(profile.peak), cost.gigabytes(), cost.memory_percent(profile.peak));
}

constexpr std::string_view column_titles = "       ms   share  GFLOP/s*   GFLOP/s  peak    GB/s  peak";

void print_table(Console& console, const Measured& profile) {
  double all = 0;
  std::map<std::string, Cost> kinds;
  console.line(fmt::format("{:<34} {:<20} {:>14} {:>14} {} {}  {}", "layer", "algorithm", "in", "out", "k/s",
                           column_titles, "reason"));
  for (const graph::LayerProfile& layer : profile.layers) all += layer.seconds;
  for (const graph::LayerProfile& layer : profile.layers) {
    Cost cost;
    cost.add(layer);
    kinds[layer.algorithm.empty() ? layer.kind : layer.algorithm].add(layer);
    const std::string kernel = layer.kernel > 0 ? fmt::format("{}/{}", layer.kernel, layer.stride) : "";
    console.line(fmt::format("{:<34} {:<20} {:>14} {:>14} {:>3} {}  {}", layer.name,
                             layer.algorithm.empty() ? layer.kind : layer.algorithm, shape_text(layer.input),
                             shape_text(layer.output), kernel, columns(cost, profile, all), layer.reason));
  }
  console.line("");
  console.line(fmt::format("{:<34} {}", "kind", column_titles));
  std::vector<std::pair<std::string, Cost>> sorted(kinds.begin(), kinds.end());
  std::ranges::sort(sorted, std::ranges::greater(), [](const auto& entry) { return entry.second.seconds; });
  for (const auto& [kind, cost] : sorted) console.line(fmt::format("{:<34} {}", kind, columns(cost, profile, all)));
  console.line("");
  console.line("* as a direct convolution would count; GFLOP/s without * is what the algorithm really does");
}

void print_csv(const Measured& profile) {
  fmt::print(
      "layer,kind,algorithm,reason,in_h,in_w,in_c,out_h,out_w,out_c,kernel,stride,ms,direct_gflops,actual_gflops,"
      "peak_percent,gigabytes_per_second,memory_peak_percent,packed_bytes\n");
  for (const graph::LayerProfile& layer : profile.layers) {
    Cost cost;
    cost.add(layer);
    fmt::print("{},{},\"{}\",\"{}\",{},{},{},{},{},{},{},{},{:.4f},{:.2f},{:.2f},{:.1f},{:.2f},{:.1f},{}\n", layer.name,
               layer.kind, layer.algorithm, layer.reason, layer.input.h, layer.input.w, layer.input.c, layer.output.h,
               layer.output.w, layer.output.c, layer.kernel, layer.stride, layer.seconds * milliseconds,
               cost.direct_gflops(), cost.actual_gflops(), cost.peak_percent(profile.peak), cost.gigabytes(),
               cost.memory_percent(profile.peak), layer.packed_bytes);
  }
}

nlohmann::json to_json(const graph::LayerProfile& layer, const Measured& profile) {
  Cost cost;
  cost.add(layer);
  return {{"layer", layer.name},
          {"kind", layer.kind},
          {"algorithm", layer.algorithm},
          {"reason", layer.reason},
          {"input", {layer.input.n, layer.input.h, layer.input.w, layer.input.c}},
          {"output", {layer.output.n, layer.output.h, layer.output.w, layer.output.c}},
          {"kernel", layer.kernel},
          {"stride", layer.stride},
          {"ms", layer.seconds * milliseconds},
          {"direct_gflops", cost.direct_gflops()},
          {"actual_gflops", cost.actual_gflops()},
          {"peak_percent", cost.peak_percent(profile.peak)},
          {"gigabytes_per_second", cost.gigabytes()},
          {"memory_peak_percent", cost.memory_percent(profile.peak)},
          {"packed_bytes", layer.packed_bytes}};
}

}  // namespace

int profile(const ProfileArguments& arguments) {
  Console console(arguments.common.json, arguments.common.quiet || arguments.csv);
  const Generator generator = build_generator(open_model(arguments.common));
  const auto backend = open_device(arguments.common.device, arguments.common.backend_options(), terminal_warnings());
  const int side = input_side(generator, arguments.render_factor.value_or(generator.default_render_factor));
  Tensor input({1, side, side, generator.input_channels()});
  // Not zeros, because some processors multiply those faster. All other numbers take the same time.
  float value = 0;
  for (float& pixel : input.values()) pixel = (value = value > 1 ? -1 : value + 0.01F);

  Measured profile{graph::profile(generator.graph, *backend, input, arguments.repeats), {}, peak_memory_bytes()};
  profile.peak = backend->measure_peak();
  if (arguments.csv) print_csv(profile);
  if (!arguments.csv) print_table(console, profile);
  for (const graph::LayerProfile& layer : profile.layers) console.object(to_json(layer, profile));
  console.line(fmt::format(
      "{} at {} x {} on {}: {:.1f} ms a run (median of {}), the first, with planning and repacking, {:.0f} ms",
      generator.name, side, side, backend->name(), profile.seconds * milliseconds, arguments.repeats,
      profile.first_seconds * milliseconds));
  console.line(
      fmt::format("memory: arena {:.1f} MB, weights {:.1f} MB, repacked into {:.1f} MB; process at most {:.1f} MB",
                  static_cast<double>(profile.arena_bytes) / mega, static_cast<double>(profile.weight_bytes) / mega,
                  static_cast<double>(profile.packed_bytes) / mega, static_cast<double>(profile.peak_memory) / mega));
  console.line(fmt::format("this machine's measured peaks: {:.1f} GFLOP/s, {:.1f} GB/s",
                           operations * profile.peak.multiply_adds_per_second / giga,
                           profile.peak.bytes_per_second / giga));
  console.object({{"generator", generator.name},
                  {"device", std::string(backend->name())},
                  {"side", side},
                  {"repeats", arguments.repeats},
                  {"ms", profile.seconds * milliseconds},
                  {"first_run_ms", profile.first_seconds * milliseconds},
                  {"arena_bytes", profile.arena_bytes},
                  {"weight_bytes", profile.weight_bytes},
                  {"packed_bytes", profile.packed_bytes},
                  {"peak_gflops", operations * profile.peak.multiply_adds_per_second / giga},
                  {"peak_gigabytes_per_second", profile.peak.bytes_per_second / giga},
                  {"peak_memory_bytes", profile.peak_memory}});
  return 0;
}

}  // namespace colourize::apps
