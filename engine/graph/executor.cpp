#include "engine/graph/executor.h"

#include <algorithm>
#include <utility>

#include "system/error.h"
#include "weights/weights.h"

namespace colourize::graph {
namespace {

// Calls the backend's operation for one step; one overload a kind of node.
struct Call {
  const Graph& graph;
  const Plan& plan;
  const PlannedStep& planned;
  std::byte* arena;
  kernels::Backend& backend;

  kernels::ConstView input(std::size_t i) const { return plan.view(planned.step.inputs[i], arena); }
  kernels::View output() const { return plan.view(planned.step.result, arena); }

  void pointwise() const { backend.pointwise({input(0), output(), epilogue_of(plan, planned, arena)}); }

  void operator()(const Input& /*parameters*/) const {}
  void operator()(const Convolution& /*parameters*/) const {
    backend.convolution(convolution_args(graph, plan, planned, arena));
  }
  void operator()(const Activation& /*parameters*/) const { pointwise(); }
  void operator()(const Affine& /*parameters*/) const { pointwise(); }
  void operator()(const Add& /*parameters*/) const { pointwise(); }
  void operator()(const MaxPool& parameters) const {
    backend.max_pool({input(0), output(), parameters.kernel, parameters.stride, parameters.padding});
  }
  void operator()(const Upsample& /*parameters*/) const { backend.upsample({input(0), output()}); }
  void operator()(const ResizeNearest& /*parameters*/) const { backend.resize_nearest({input(0), output()}); }
  void operator()(const Concatenate& /*parameters*/) const {
    backend.concatenate({{input(0), input(1)}, planned.input_affines, planned.step.after, output()});
  }
  void operator()(const SelfAttention& /*parameters*/) const {
    backend.self_attention(self_attention_args(graph, plan, planned, arena));
  }
  void operator()(const SigmoidRange& parameters) const {
    backend.sigmoid_range({input(0), output(), parameters.low, parameters.high});
  }
  void operator()(const Softmax& parameters) const { backend.softmax({input(0), output(), parameters.temperature}); }
};

}  // namespace

Executor::~Executor() {
  backend_.release(arena_);
}

const Plan& Executor::prepare(const kernels::Shape& input, const PlanOptions& options) {
  const bool same = plan_ && planned_input_ == input && planned_options_.fuse == options.fuse &&
                    planned_options_.taps == options.taps;
  if (same) return *plan_;
  backend_.release(std::exchange(arena_, nullptr));
  plan_.reset();
  Plan plan = make_plan(graph_, input, backend_, options);
  arena_ = static_cast<std::byte*>(backend_.allocate(plan.arena_bytes));
  if (arena_ == nullptr) {
    throw Error("device " + std::string(backend_.name()),
                "has not the " + std::to_string(plan.arena_bytes) + " bytes of memory that this size needs",
                "choose a smaller --render-factor");
  }
  plan_ = std::move(plan);
  planned_input_ = input;
  planned_options_ = options;
  return *plan_;
}

const Plan& Executor::start(const Tensor& input, const PlanOptions& options) {
  const Plan& plan = prepare(input.shape(), options);
  backend_.write(input.values().data(), plan.view({0}, arena_));
  return plan;
}

void Executor::run_step(std::size_t index) {
  PlannedStep& planned = plan_->steps[index];
  if (!planned.weights_ready) make_weights_ready(graph_, planned, backend_);
  std::visit(Call{graph_, *plan_, planned, arena_, backend_}, graph_.node(planned.step.anchor).operation);
}

Tensor Executor::run(const Tensor& input, const PlanOptions& options, const Tap& tap) {
  const Plan& plan = start(input, options);
  double all_work = 0;
  for (const PlannedStep& planned : plan.steps) all_work += planned.work;
  double work = 0;
  for (std::size_t i = 0; i < plan.steps.size(); ++i) {
    run_step(i);
    const Value result = plan.steps[i].step.result;
    const std::string& name = graph_.node(result).name;
    if (tap && std::ranges::find(options.taps, name) != options.taps.end()) tap(name, read(result));
    work += plan.steps[i].work;
    if (progress_) progress_(work / all_work);
  }
  return read(plan.output);
}

Tensor Executor::read(Value value) const {
  const kernels::ConstView view = plan_->view(value, arena_);
  Tensor tensor(view.shape);
  backend_.read(view, tensor.values().data());
  return tensor;
}

}  // namespace colourize::graph
