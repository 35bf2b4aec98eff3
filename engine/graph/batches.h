// Several pictures through a graph at once, as many as the device's memory holds.
#pragma once

#include "engine/graph/executor.h"
#include "system/warnings.h"

namespace colourize::graph {

// The graph's output for all pictures of `input`: in one run or, where the memory does not suffice, in runs of half as
// many, and half of those again, each time with a warning. Throws OutOfMemory when it does not suffice for one;
// otherwise as Executor::run does.
Tensor run_in_batches(Executor& executor, const Tensor& input, const Warn& warn);

}  // namespace colourize::graph
