#include "engine/graph/profile.h"

#include <algorithm>
#include <chrono>
#include <functional>
#include <memory>
#include <optional>

namespace colourize::graph {
namespace {

// Of `work` on the backend, whose operations may return before they are done.
double seconds_of(kernels::Backend& backend, const auto& work) {
  const auto start = std::chrono::steady_clock::now();
  work();
  backend.synchronize();
  return std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
}

// Of `work` on a backend that records: many times in a row, replayed. In seconds of one, a number for each repeat.
std::vector<double> times_of(kernels::Backend& backend, const std::function<void()>& work, int repeats) {
  constexpr int in_a_row = 20;
  const auto recorded = backend.record([&] {
    for (int i = 0; i < in_a_row; ++i) work();
  });
  std::vector<double> times;
  for (int repeat = 0; repeat < repeats; ++repeat) {
    times.push_back(seconds_of(backend, [&] { recorded->replay(); }) / in_a_row);
  }
  return times;
}

double median(std::vector<double> values) {
  std::ranges::nth_element(values, values.begin() + static_cast<std::ptrdiff_t>(values.size() / 2));
  return values[values.size() / 2];
}

LayerProfile describe(const Graph& graph, const Plan& plan, const PlannedStep& planned) {
  const Step& step = planned.step;
  const Node& node = graph.node(step.anchor);
  LayerProfile layer{.name = node.name,
                     .kind = std::string(kind_of(node.operation)),
                     .input = plan.shapes[step.inputs.front().index()],
                     .output = plan.shapes[step.result.index()]};
  const auto bytes_of = [&](Value value) {
    return static_cast<double>(plan.shapes[value.index()].elements() * kernels::size_of(plan.type));
  };
  for (const Value value : step.inputs) layer.bytes += bytes_of(value);
  if (step.residual) layer.bytes += bytes_of(*step.residual);
  layer.bytes += bytes_of(step.result);
  layer.direct_multiplications = layer.actual_multiplications = planned.multiplications;
  if (const auto* convolution = std::get_if<Convolution>(&node.operation)) {
    const kernels::ConvolutionWeights& weights = convolution->weights;
    const kernels::AlgorithmFacts facts = planned.weights->facts();
    layer.kernel = weights.kernel_h;
    layer.stride = convolution->stride;
    layer.algorithm = facts.name;
    layer.reason = facts.reason;
    layer.packed_bytes = facts.packed_bytes;
    if (facts.multiplications > 0) layer.actual_multiplications = facts.multiplications;
    layer.weight_bytes = static_cast<std::size_t>(weights.elements()) * sizeof(float);
    layer.bytes += static_cast<double>(facts.packed_bytes > 0 ? facts.packed_bytes : layer.weight_bytes);
  }
  return layer;
}

}  // namespace

Profile profile(const Graph& graph, kernels::Backend& backend, const Tensor& input, int repeats) {
  Profile result;
  const auto packed = std::make_shared<PackedStore>();
  Executor runs(graph, backend, packed);
  result.first_seconds = seconds_of(backend, [&] { runs.run(input); });
  runs.run(input);  // a backend that replays runs records the second one
  const Plan& run_plan = runs.prepare(input.shape());
  result.arena_bytes = run_plan.arena_bytes;
  // A run whose steps take turns, or that is replayed, is measured as a whole too.
  const bool apart = run_plan.groups.size() < run_plan.steps.size() || runs.replays();
  std::optional<Executor> layers;
  if (apart) layers.emplace(graph, backend, packed);
  Executor& executor = apart ? *layers : runs;
  const Plan& plan = executor.start(input);

  std::vector<std::vector<double>> times(plan.steps.size());
  std::vector<double> whole;
  if (runs.replays()) {
    // The host's clock and a launch take longer than many a step.
    for (std::size_t i = 0; i < plan.steps.size(); ++i) executor.run_step(i);
    for (std::size_t i = 0; i < plan.steps.size(); ++i) {
      times[i] = times_of(
          backend, [&] { executor.run_step(i); }, repeats);
    }
  }
  for (int repeat = 0; repeat < repeats; ++repeat) {
    double steps = 0;
    if (!runs.replays()) {
      steps = seconds_of(backend, [&] { executor.start(input); });
      for (std::size_t i = 0; i < plan.steps.size(); ++i) {
        times[i].push_back(seconds_of(backend, [&] { executor.run_step(i); }));
        steps += times[i].back();
      }
    }
    whole.push_back(apart ? seconds_of(backend, [&] { runs.run(input); }) : steps);
  }
  for (std::size_t i = 0; i < plan.steps.size(); ++i) {
    result.layers.push_back(describe(graph, plan, plan.steps[i]));
    result.layers.back().seconds = median(times[i]);
    result.packed_bytes += result.layers.back().packed_bytes;
    result.weight_bytes += result.layers.back().weight_bytes;
  }
  result.seconds = median(whole);
  return result;
}

}  // namespace colourize::graph
