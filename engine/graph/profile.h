// Measures where a run's time goes, step by step, and how close each step comes to the device's peak.
#pragma once

#include <string>
#include <vector>

#include "engine/graph/executor.h"

namespace colourize::graph {

// One step of the plan.
struct LayerProfile {
  std::string name;       // the node whose operation the step calls
  std::string kind;       // "convolution", ...
  std::string algorithm;  // of a convolution; empty for others
  std::string reason;     // why the backend chose this algorithm
  kernels::Shape input;   // of the first input
  kernels::Shape output;
  int kernel = 0;  // rows of a convolution's kernel; 0 elsewhere
  int stride = 0;
  double seconds = 0;                 // median of the runs
  double direct_multiplications = 0;  // by the operation's definition
  double actual_multiplications = 0;  // those that the algorithm does, padding included
  double bytes = 0;                   // each counted once: inputs, residual, weights in their layout, output
  std::size_t weight_bytes = 0;       // a convolution's weights, as given
  std::size_t packed_bytes = 0;       // repacked weights
};

struct Profile {
  std::vector<LayerProfile> layers;
  double seconds = 0;        // median of whole runs
  double first_seconds = 0;  // planning, repacking and the first run
  std::size_t arena_bytes = 0;
  std::size_t packed_bytes = 0;
  std::size_t weight_bytes = 0;  // all convolutions' weights, as given
};

// Runs the graph twice to warm up, then `repeats` times (at least 1) to measure. Throws as Executor does.
Profile profile(const Graph& graph, kernels::Backend& backend, const Tensor& input, int repeats);

}  // namespace colourize::graph
