// Two backends on the same input, step by step: where, and by how much, they differ.
#pragma once

#include <functional>
#include <string>

#include "engine/graph/executor.h"

namespace colourize::graph {

struct LayerDifference {
  std::string name;  // of the node whose value is compared
  std::string kind;
  kernels::Shape shape;
  double largest = 0;   // of the absolute differences
  double mean = 0;      // of the absolute differences
  double relative = 0;  // the largest, over the root mean square of the second backend's values; 0 where both are all 0
};

// Runs the graph on both, a step of one and the same step of the other, each on its own values; calls `visit` after
// each step. Values that are not finite differ infinitely. Throws as Executor does, and Error when the two plans have
// not the same steps.
void compare(const Graph& graph, kernels::Backend& first, kernels::Backend& second, const Tensor& input,
             const std::function<void(const LayerDifference&)>& visit);

}  // namespace colourize::graph
