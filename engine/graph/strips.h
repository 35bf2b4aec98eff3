// Strips: steps that run in turn on some rows of one picture, then on the next rows. What passes between them is never
// whole in memory. It stays in the cache, so it is also read faster.
#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

#include "engine/graph/fusion.h"

namespace colourize::graph {

// Steps that run together, strip by strip.
struct StepGroup {
  std::size_t first = 0;  // the first step's index
  std::size_t count = 1;
  std::int64_t rows = 0;  // of a strip; divides the picture's rows. 0: no strips, all rows of all pictures at once
};

struct StripOptions {
  std::int64_t pixels = 0;  // of a strip, at least (kernels::Backend::strip_pixels()); 0: no strips
  std::vector<Value> kept;  // values that must be whole after their step, for taps
};

// Groups the steps, in their order; most groups have one step. A group with several steps ends where a value is read
// twice, where a step needs the pixels around one, or where the values between the steps are small.
std::vector<StepGroup> group_steps(const Graph& graph, const std::vector<kernels::Shape>& shapes, const Steps& steps,
                                   const StripOptions& options);

}  // namespace colourize::graph
