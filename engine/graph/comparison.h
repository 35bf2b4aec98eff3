// Compares two backends on the same input, step by step: where they differ, and by how much.
#pragma once

#include <functional>
#include <string>

#include "engine/graph/executor.h"

namespace colourize::graph {

struct LayerDifference {
  std::string name;  // the node whose value is compared
  std::string kind;
  kernels::Shape shape;
  double largest = 0;   // largest absolute difference
  double mean = 0;      // mean absolute difference
  double relative = 0;  // `largest` over the root mean square of the second backend's values; 0 where both are all 0
};

// Runs the graph on both backends: a step on one, then the same step on the other. Each continues from its own values.
// Calls `visit` after each step. A value that is not finite counts as an infinite difference. Throws as Executor does;
// throws Error when the two plans do not have the same steps.
void compare(const Graph& graph, kernels::Backend& first, kernels::Backend& second, const Tensor& input,
             const std::function<void(const LayerDifference&)>& visit);

}  // namespace colourize::graph
