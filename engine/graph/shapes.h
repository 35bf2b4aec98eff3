// The size of every value of a graph, once its input's size is known.
#pragma once

#include <vector>

#include "engine/graph/graph.h"

namespace colourize::graph {

// One shape a node, in the nodes' order. Throws Error that names the layer when a size does not fit: a window larger
// than its padded input, or operands of different sizes.
std::vector<kernels::Shape> infer_shapes(const Graph& graph, const kernels::Shape& input);

}  // namespace colourize::graph
