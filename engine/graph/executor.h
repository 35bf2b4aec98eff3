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

// Called after the step that computes a tapped node, in the order of the steps.
using Tap = std::function<void(const std::string& name, const Tensor& value)>;

// Called after each step with the fraction of the run that is done, 0 to 1.
using Progress = std::function<void(double fraction)>;

// Fills the input where the backend computes.
using WriteInput = std::function<void(const kernels::View& input)>;

class Executor {
 public:
  // Graph and backend must outlive the executor. `packed`: shared by executors of the graph on backends of one name and
  // precision.
  Executor(const Graph& graph, kernels::Backend& backend,
           std::shared_ptr<PackedStore> packed = std::make_shared<PackedStore>())
      : graph_(graph), backend_(backend), packed_(std::move(packed)) {}
  Executor(const Executor&) = delete;
  Executor& operator=(const Executor&) = delete;
  ~Executor();

  // Plans for this input size and takes the memory, unless the last call was for the same. Throws Error with the number
  // of bytes needed when the backend has not as many.
  const Plan& prepare(const kernels::Shape& input, const PlanOptions& options = {});
  void set_progress(Progress progress) { progress_ = std::move(progress); }
  // The graph's output for `input`; `tap` gets the values of the options' taps. Throws Error that names the layer when
  // a convolution's weights hold NaN or infinity: the first run looks at each layer's before the layer runs, when they
  // are about to be read in any case.
  Tensor run(const Tensor& input, const PlanOptions& options = {}, const Tap& tap = {});

  // The same where input and output stay on the device. The result is valid until the next run.
  kernels::ConstView run_on_views(const kernels::Shape& input, const WriteInput& write);

  // And step by step, for those who look in between: start(), then run_step() with 0, 1, ... of the plan's steps.
  // A step's result may be read until another value has taken its place, right after the step in any case.
  const Plan& start(const Tensor& input, const PlanOptions& options = {});
  void run_step(std::size_t index);
  Tensor read(Value value) const;
  // Of the last plan; 0: there is none.
  std::size_t arena_bytes() const { return plan_ ? plan_->arena_bytes : 0; }
  // Whether the backend has taken down the last run, and replays it; see kernels::Backend::record().
  bool replays() const { return recorded_ != nullptr; }

 private:
  // From the input in its place to the output in its own.
  void run_all(const Plan& plan, const PlanOptions& options, const Tap& tap);
  void run_steps(const Plan& plan, const PlanOptions& options, const Tap& tap);

  const Graph& graph_;
  kernels::Backend& backend_;
  std::shared_ptr<PackedStore> packed_;
  std::optional<Plan> plan_;
  kernels::Shape planned_input_;
  PlanOptions planned_options_;
  Progress progress_;
  std::byte* arena_ = nullptr;
  std::unique_ptr<kernels::Recorded> recorded_;  // all steps of the plan, where the backend records
};

}  // namespace colourize::graph
