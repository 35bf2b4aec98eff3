// Where a run's time goes, step by step, and how far each step is from what the device can do.
#pragma once

#include <string>
#include <vector>

#include "engine/graph/executor.h"

namespace colourize::graph {

// One step of the plan.
struct LayerProfile {
  std::string name;       // of the node whose operation is called
  std::string kind;       // "convolution", ...
  std::string algorithm;  // of a convolution; otherwise empty
  std::string reason;     // of its choice
  kernels::Shape input;   // the first input's
  kernels::Shape output;
  int kernel = 0;  // rows of a convolution's kernel; 0 elsewhere
  int stride = 0;
  double seconds = 0;                 // the median of the runs
  double direct_multiplications = 0;  // by the definition of the operation
  double actual_multiplications = 0;  // that the algorithm does, padding included
  double bytes = 0;                   // read and written at least once: inputs, residual, weights as used, output
  std::size_t weight_bytes = 0;       // of a convolution's weights, as given
  std::size_t packed_bytes = 0;       // of repacked weights
};

struct Profile {
  std::vector<LayerProfile> layers;
  double seconds = 0;        // the median of whole runs
  double first_seconds = 0;  // planning, repacking and the first run
  std::size_t arena_bytes = 0;
  std::size_t packed_bytes = 0;
  std::size_t weight_bytes = 0;  // of the convolutions, as given
};

// Runs the graph twice to warm up and `repeats` times (at least 1) to measure. Throws as Executor does.
Profile profile(const Graph& graph, kernels::Backend& backend, const Tensor& input, int repeats);

}  // namespace colourize::graph
