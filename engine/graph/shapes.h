// Computes the size of every value of a graph from the size of its input.
#pragma once

#include <vector>

#include "engine/graph/graph.h"

namespace colourize::graph {

// Returns one shape for each node, in the nodes' order. Throws Error that names the layer when a size does not fit: a
// window is larger than its padded input, or operands have different sizes.
std::vector<kernels::Shape> infer_shapes(const Graph& graph, const kernels::Shape& input);

}  // namespace colourize::graph
