// Runs a graph on a backend.
#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <utility>

#include "engine/graph/packed_weights.h"
#include "engine/graph/plan.h"
#include "engine/tensor.h"

namespace colourize::graph {

// Called after each step that computes a tapped node, in the order of the steps.
using Tap = std::function<void(const std::string& name, const Tensor& value)>;

// Called after each step, with the fraction of the run that is done, 0 to 1.
using Progress = std::function<void(double fraction)>;

// Writes the input into memory of the backend.
using WriteInput = std::function<void(const kernels::View& input)>;

class Executor {
 public:
  // Graph and backend must outlive the executor. Executors of one graph can share `packed` if their backends have the
  // same name and precision.
  Executor(const Graph& graph, kernels::Backend& backend,
           std::shared_ptr<PackedStore> packed = std::make_shared<PackedStore>())
      : graph_(graph), backend_(backend), packed_(std::move(packed)) {}
  Executor(const Executor&) = delete;
  Executor& operator=(const Executor&) = delete;
  ~Executor();

  // Plans for this input size and allocates the memory, unless the last call had the same arguments. Throws Error with
  // the number of bytes that are needed when the backend does not have them.
  const Plan& prepare(const kernels::Shape& input, const PlanOptions& options = {});
  void set_progress(Progress progress) { progress_ = std::move(progress); }
  // Returns the graph's output for `input`; `tap` receives the values of the options' taps. Throws Error that names the
  // layer when a convolution's weights hold NaN or infinity: the first run checks each layer's weights just before the
  // layer reads them.
  Tensor run(const Tensor& input, const PlanOptions& options = {}, const Tap& tap = {});

  // The same, with input and output in the backend's memory. The result is valid until the next run.
  kernels::ConstView run_on_views(const kernels::Shape& input, const WriteInput& write);

  // Runs the graph step by step, for callers that look at values in between: call start(), then run_step() with 0, 1,
  // ... for each step of the plan, which has no strips. read() returns a value until a later step overwrites its
  // memory; right after the value's own step it is always there.
  const Plan& start(const Tensor& input, const PlanOptions& options = {});
  void run_step(std::size_t index);
  Tensor read(Value value) const;
  // Bytes of the last plan's arena; 0 before the first plan.
  std::size_t arena_bytes() const { return plan_ ? plan_->arena_bytes : 0; }
  // True where the backend has recorded the last run and replays it; see kernels::Backend::record().
  bool replays() const { return recorded_ != nullptr; }

 private:
  // Prepares, and writes the constants and the input.
  const Plan& begin(const Tensor& input, const PlanOptions& options);
  // Writes the constants, unless everything that depends on constants alone has been computed.
  void write_constants();
  // Runs all steps, from the input in its place to the output in its own.
  void run_all(const Plan& plan, const PlanOptions& options, const Tap& tap);
  void run_steps(const Plan& plan, const PlanOptions& options, const Tap& tap);
  void run_group(const StepGroup& group);
  void run_part(PlannedStep& planned, const std::optional<Strip>& strip);

  const Graph& graph_;
  kernels::Backend& backend_;
  std::shared_ptr<PackedStore> packed_;
  std::optional<Plan> plan_;
  kernels::Shape planned_input_;
  PlanOptions planned_options_;
  Progress progress_;
  std::byte* arena_ = nullptr;
  bool settled_ = false;  // true where the plan's constants, and what depends on them alone, are in the arena
  std::unique_ptr<kernels::Recorded> recorded_;  // all steps of the plan; null where the backend does not record
};

}  // namespace colourize::graph
