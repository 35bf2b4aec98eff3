// From nodes to steps. A step is one call of a backend's operation; activations, affines and residual additions join
// the epilogue of the convolution before them, affines and upsamplings join the concatenation after them. Done once,
// for all backends, with the same arithmetic in the same order, so that a fused plan gives the same bytes as an unfused
// one, where activations are float32: in float16 an unfused one rounds more often.
#pragma once

#include <array>
#include <functional>
#include <optional>
#include <vector>

#include "engine/graph/graph.h"

namespace colourize::graph {

struct Step {
  Value anchor;               // the node whose operation is called
  Value result;               // the node whose value comes out: the last one fused into the step
  std::vector<Value> inputs;  // what is read, the residual aside
  // The epilogue, as kernels::Epilogue has it, with values in place of memory.
  kernels::Activation before = kernels::Activation::none;
  std::optional<Affine> affine;
  std::optional<Value> residual;
  kernels::Activation after = kernels::Activation::none;
  // For concatenations: on each input, and whether the first is upsampled before.
  std::array<std::optional<Affine>, 2> input_affines;
  bool upsample_first = false;

  // Nothing but an epilogue of its own.
  bool pointwise = false;
};

struct FusionOptions {
  bool fuse = true;
  std::vector<Value> kept;  // values that must exist after their step, for taps
  // Whether the backend's operations compute an activation on their way, as kernels::Backend::fuses() says; none: all
  // of them.
  std::function<bool(kernels::Activation)> fuses;
};

struct Steps {
  std::vector<Step> list;  // each after those that it reads
  Value output;            // the value that a run returns
};

// The steps that the graph's output and the kept values need. `shapes` is from infer_shapes(): a nearest resize to the
// size that a value has already is no step, and its readers read its input.
Steps fuse(const Graph& graph, const std::vector<kernels::Shape>& shapes, const FusionOptions& options);

}  // namespace colourize::graph
