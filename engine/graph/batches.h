// Runs several pictures through a graph at once, as many as the device's memory holds.
#pragma once

#include "engine/graph/executor.h"
#include "system/warnings.h"

namespace colourize::graph {

// Returns the graph's output for all pictures of `input`. Where memory does not suffice for one run, this halves the
// number of pictures per run until it does, and warns each time. Throws OutOfMemory when memory does not suffice for
// one picture; otherwise throws as Executor::run() does.
Tensor run_in_batches(Executor& executor, const Tensor& input, const Warn& warn);

}  // namespace colourize::graph
