// Turns nodes into steps. A step is one call of one operation of a backend. Activations, affines and residual additions
// move into the epilogue of the convolution before them; affines and upsamplings move into the concatenation after
// them. Fusion happens once, for all backends. It keeps the arithmetic and its order, so a fused plan gives the same
// bytes as an unfused one where activations are float32. In float16 an unfused plan rounds more often.
#pragma once

#include <array>
#include <functional>
#include <optional>
#include <vector>

#include "engine/graph/graph.h"

namespace colourize::graph {

struct Step {
  Value anchor;               // the node whose operation the step calls
  Value result;               // the node whose value the step leaves: the last one that was fused into it
  std::vector<Value> inputs;  // all that the step reads, except the residual
  // The epilogue: kernels::Epilogue, with values in place of memory.
  kernels::Activation before = kernels::Activation::none;
  std::optional<Affine> affine;
  std::optional<Value> residual;
  kernels::Activation after = kernels::Activation::none;
  // Concatenations only: an affine for each input, and whether the first input is upsampled first.
  std::array<std::optional<Affine>, 2> input_affines;
  bool upsample_first = false;

  // True for a step that is only an epilogue.
  bool pointwise = false;
};

struct FusionOptions {
  bool fuse = true;
  std::vector<Value> kept;  // values that must exist after their step, for taps
  // Returns true for an activation that the backend's operations can compute (kernels::Backend::fuses()). Empty: they
  // can compute all.
  std::function<bool(kernels::Activation)> fuses;
};

struct Steps {
  std::vector<Step> list;   // each after the steps whose results it reads
  Value output;             // the value that a run returns
  std::vector<bool> fixed;  // one for each node: true where its value depends on constants alone
};

// Returns the steps that the graph's output and the kept values need. `shapes` comes from infer_shapes(). A nearest
// resize to a value's own size becomes no step: its readers read its input instead.
Steps fuse(const Graph& graph, const std::vector<kernels::Shape>& shapes, const FusionOptions& options);

}  // namespace colourize::graph
