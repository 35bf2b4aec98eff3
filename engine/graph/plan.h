// A graph that is ready to run: its steps for one input size on one backend. Each step has prepared weights, and its
// result has a place in one arena. The plan knows to the byte how much memory a run needs, before it allocates any.
#pragma once

#include <array>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "engine/graph/arena.h"
#include "engine/graph/fusion.h"
#include "engine/graph/graph.h"
#include "engine/graph/strips.h"
#include "kernels/backend.h"

namespace colourize::graph {

struct PlanOptions {
  bool fuse = true;
  std::vector<std::string> taps;  // names of nodes whose values a run hands out; fusion keeps these values
  bool strips = true;             // false: every value is whole after its step

  friend bool operator==(const PlanOptions&, const PlanOptions&) = default;
};

struct PlannedStep {
  Step step;
  std::unique_ptr<kernels::PreparedConvolution> weights;  // convolutions only
  kernels::Affine affine;                                 // in memory that the kernels can read
  std::array<kernels::Affine, 2> input_affines;
  std::vector<const float*> constants;  // the node's own, in memory that the kernels can read
  Block workspace;                      // 0 bytes where the step needs none
  double multiplications = 0;           // by the operation's definition; 0 where they do not count
  double work = 0;            // `multiplications`, or 1 for each value written: the step's share of a run's time
  bool weights_ready = true;  // false: call PackedStore::provide() before the step's first run
};

struct Plan {
  std::vector<kernels::Shape> shapes;  // one for each node
  std::vector<Block> values;           // one for each node; 0 bytes where no step leaves a value
  std::vector<PlannedStep> steps;
  std::vector<StepGroup> groups;              // of all steps, in their order
  std::vector<kernels::ChannelOrder> orders;  // one for each node's value
  std::vector<bool> fixed;                    // one for each node: true where no picture changes its value
  std::vector<bool> in_strips;                // one for each node: true where its value has memory for a strip only
  Value output;
  std::size_t arena_bytes = 0;
  kernels::Type type = kernels::Type::float32;
  std::int64_t channel_alignment = 1;  // in elements: each pixel begins at a multiple of it

  // A node's value in an arena that begins at `arena`. With null, the view has a shape and no memory.
  kernels::View view(Value value, std::byte* arena) const;
};

// Throws Error that names the layer when a size does not fit, when the backend cannot compute it
// (ErrorKind::unsupported), or when a tap names no node. The graph and its weights must outlive the plan. The plan must
// outlive the backend's use of it.
Plan make_plan(const Graph& graph, const kernels::Shape& input, kernels::Backend& backend,
               const PlanOptions& options = {});

// Some rows of one picture.
struct Strip {
  std::int64_t picture = 0;
  std::int64_t first_row = 0;
  std::int64_t rows = 0;
};

// What a step reads and writes in an arena that begins at `arena`: everything, or the part of a strip. With null, the
// views have shapes and no memory.
Operands operands_of(const Plan& plan, const PlannedStep& planned, std::byte* arena,
                     const std::optional<Strip>& strip = {});

}  // namespace colourize::graph
