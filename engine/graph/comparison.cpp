#include "engine/graph/comparison.h"

#include <algorithm>
#include <cmath>
#include <limits>

#include "system/error.h"

namespace colourize::graph {
namespace {

LayerDifference difference(const Tensor& first, const Tensor& second) {
  LayerDifference result{.shape = first.shape()};
  double sum = 0;
  double squares = 0;
  for (std::size_t i = 0; i < first.values().size(); ++i) {
    const auto value = static_cast<double>(first.values()[i]);
    const auto expected = static_cast<double>(second.values()[i]);
    const bool finite = std::isfinite(value) && std::isfinite(expected);
    const double distance = finite ? std::abs(value - expected) : std::numeric_limits<double>::infinity();
    result.largest = std::max(result.largest, distance);
    sum += distance;
    squares += expected * expected;
  }
  const auto count = static_cast<double>(first.values().size());
  result.mean = sum / count;
  const double magnitude = std::sqrt(squares / count);
  if (result.largest > 0) {
    result.relative = magnitude > 0 ? result.largest / magnitude : std::numeric_limits<double>::infinity();
  }
  return result;
}

}  // namespace

void compare(const Graph& graph, kernels::Backend& first, kernels::Backend& second, const Tensor& input,
             const std::function<void(const LayerDifference&)>& visit) {
  Executor executor(graph, first);
  Executor other(graph, second);
  const Plan& plan = executor.start(input);
  const Plan& other_plan = other.start(input);
  const bool same = std::ranges::equal(
      plan.steps, other_plan.steps, {}, [](const PlannedStep& planned) { return planned.step.result.node; },
      [](const PlannedStep& planned) { return planned.step.result.node; });
  if (!same) {
    throw Error(ErrorKind::invalid, "devices " + std::string(first.name()) + " and " + std::string(second.name()),
                "compute the generator in different steps, which cannot be compared");
  }
  for (std::size_t i = 0; i < plan.steps.size(); ++i) {
    executor.run_step(i);
    other.run_step(i);
    const Step& step = plan.steps[i].step;
    LayerDifference layer = difference(executor.read(step.result), other.read(step.result));
    layer.name = graph.node(step.result).name;
    layer.kind = kind_of(graph.node(step.anchor).operation);
    visit(layer);
  }
}

}  // namespace colourize::graph
