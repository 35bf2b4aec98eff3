#include "engine/graph/executor.h"

#include <algorithm>
#include <utility>

#include "system/error.h"
#include "weights/weights.h"

namespace colourize::graph {
namespace {

// Copies a value in planar order into the usual order.
Tensor interleaved(const Tensor& planar) {
  constexpr std::int64_t places = 4;
  Tensor result(planar.shape());
  const std::int64_t channels = planar.shape().c / places;
  for (std::int64_t pixel = 0; pixel < planar.shape().pixels(); ++pixel) {
    const float* from = &planar.values()[static_cast<std::size_t>(pixel * planar.shape().c)];
    float* to = &result.values()[static_cast<std::size_t>(pixel * planar.shape().c)];
    for (std::int64_t place = 0; place < places; ++place) {
      for (std::int64_t c = 0; c < channels; ++c) to[places * c + place] = *from++;
    }
  }
  return result;
}

}  // namespace

Executor::~Executor() {
  recorded_.reset();
  backend_.release(arena_);
}

const Plan& Executor::prepare(const kernels::Shape& input, const PlanOptions& options) {
  const bool same = plan_ && planned_input_ == input && planned_options_.fuse == options.fuse &&
                    planned_options_.taps == options.taps;
  if (same) return *plan_;
  recorded_.reset();
  backend_.release(std::exchange(arena_, nullptr));
  plan_.reset();
  Plan plan = make_plan(graph_, input, backend_, options);
  arena_ = static_cast<std::byte*>(backend_.allocate(plan.arena_bytes));
  if (arena_ == nullptr && packed_->drop_unused() > 0) {
    arena_ = static_cast<std::byte*>(backend_.allocate(plan.arena_bytes));
  }
  if (arena_ == nullptr) {
    const std::optional<std::size_t> free = backend_.free_bytes();
    throw OutOfMemory("device " + std::string(backend_.name()),
                      "lacks the " + std::to_string(plan.arena_bytes) + " bytes of memory that this size needs" +
                          (free ? "; " + std::to_string(*free) + " are free" : ""),
                      "choose a smaller render factor");
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
  if (!planned.weights_ready) {
    const Node& node = graph_.node(planned.step.anchor);
    const kernels::ConvolutionWeights& weights = std::get<Convolution>(node.operation).weights;
    try {
      packed_->provide(node.name, weights, *planned.weights, backend_);
    } catch (const OutOfMemory&) {
      if (packed_->drop_unused() == 0) throw;
      packed_->provide(node.name, weights, *planned.weights, backend_);
    }
    planned.weights_ready = true;
  }
  std::visit(
      [&]<class Kind>(const Kind& parameters) {
        if constexpr (Computed<Kind>) backend_.run(parameters.args(operands_of(*plan_, planned, arena_)));
      },
      graph_.node(planned.step.anchor).operation);
}

Tensor Executor::run(const Tensor& input, const PlanOptions& options, const Tap& tap) {
  const Plan& plan = start(input, options);
  run_all(plan, options, tap);
  return read(plan.output);
}

kernels::ConstView Executor::run_on_views(const kernels::Shape& input, const WriteInput& write) {
  const Plan& plan = prepare(input);
  write(plan.view({0}, arena_));
  run_all(plan, {}, {});
  return plan.view(plan.output, arena_);
}

void Executor::run_all(const Plan& plan, const PlanOptions& options, const Tap& tap) {
  // The first run checks and repacks each weight. After that, all runs make the same calls.
  const bool ready = std::ranges::all_of(plan.steps, &PlannedStep::weights_ready);
  if (ready && options.taps.empty() && recorded_ == nullptr) {
    recorded_ = backend_.record([&] {
      for (std::size_t i = 0; i < plan.steps.size(); ++i) run_step(i);
    });
  }
  if (recorded_ != nullptr) {
    recorded_->replay();
  } else {
    run_steps(plan, options, tap);
  }
}

void Executor::run_steps(const Plan& plan, const PlanOptions& options, const Tap& tap) {
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
}

Tensor Executor::read(Value value) const {
  const kernels::ConstView view = plan_->view(value, arena_);
  Tensor tensor(view.shape);
  backend_.read(view, tensor.values().data());
  const bool planar = plan_->orders[value.index()] == kernels::ChannelOrder::planar;
  return planar ? interleaved(tensor) : tensor;
}

}  // namespace colourize::graph
