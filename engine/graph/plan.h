// A graph made ready to run: its steps for one input size on one backend, each with prepared weights and a place in one
// arena for what it writes. The memory of a run is known here, to the byte, before any of it is taken.
#pragma once

#include <array>
#include <memory>
#include <string>
#include <vector>

#include "engine/graph/arena.h"
#include "engine/graph/fusion.h"
#include "engine/graph/graph.h"
#include "kernels/backend.h"

namespace colourize::graph {

struct PlanOptions {
  bool fuse = true;
  std::vector<std::string> taps;  // names of nodes whose values a run hands out; nothing is fused across them
};

struct PlannedStep {
  Step step;
  std::unique_ptr<kernels::PreparedConvolution> weights;  // convolutions only
  kernels::Affine affine;                                 // where the kernels can read them
  std::array<kernels::Affine, 2> input_affines;
  std::vector<const float*> constants;  // the node's own, likewise
  Block workspace;                      // of no bytes where none is needed
  double multiplications = 0;           // by the operation's definition; 0 where they do not count
  double work = 0;            // these, or one for each value that it writes: this step's share of the run's time
  bool weights_ready = true;  // false: PackedStore::provide() must come before the step's first run
};

struct Plan {
  std::vector<kernels::Shape> shapes;  // of every node
  std::vector<Block> values;           // of every node; of no bytes where no step leaves a value
  std::vector<PlannedStep> steps;
  std::vector<kernels::ChannelOrder> orders;  // of every node's value
  Value output;
  std::size_t arena_bytes = 0;
  kernels::Type type = kernels::Type::float32;
  std::int64_t channel_alignment = 1;  // elements; of every pixel's begin

  // A node's value in an arena that begins at `arena`; null: its shape alone.
  kernels::View view(Value value, std::byte* arena) const;
};

// Throws Error that names the layer when a size does not fit, when the backend cannot compute it
// (ErrorKind::unsupported), or when a tap's name is unknown. The graph and what its weights point to must outlive the
// plan, and the plan the backend's use of it.
Plan make_plan(const Graph& graph, const kernels::Shape& input, kernels::Backend& backend,
               const PlanOptions& options = {});

// What a step reads and writes, in an arena that begins at `arena`; null: shapes alone.
Operands operands_of(const Plan& plan, const PlannedStep& planned, std::byte* arena);

}  // namespace colourize::graph
