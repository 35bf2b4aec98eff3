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
  if (plan_ && planned_input_ == input && planned_options_ == options) return *plan_;
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
  settled_ = false;
  return *plan_;
}

const Plan& Executor::start(const Tensor& input, const PlanOptions& options) {
  PlanOptions whole = options;
  whole.strips = false;
  return begin(input, whole);
}

const Plan& Executor::begin(const Tensor& input, const PlanOptions& options) {
  const Plan& plan = prepare(input.shape(), options);
  write_constants();
  backend_.write(input.values().data(), plan.view({0}, arena_));
  return plan;
}

void Executor::write_constants() {
  if (settled_) return;
  for (std::size_t i = 0; i < graph_.nodes().size(); ++i) {
    const Value value{static_cast<int>(i)};
    if (plan_->values[i].bytes == 0) continue;  // no step reads it
    std::visit(
        [&]<class Kind>(const Kind& parameters) {
          if constexpr (ConstantNode<Kind>) {
            kernels::View view = plan_->view(value, arena_);
            const std::int64_t pictures = std::exchange(view.shape.n, 1);
            const std::vector<float> numbers = parameters.values(view.shape);
            const std::int64_t picture_bytes = view.strides.n * kernels::size_of(view.type);
            for (std::int64_t n = 0; n < pictures; ++n) {
              backend_.write(numbers.data(), view);
              view.data = static_cast<std::byte*>(view.data) + picture_bytes;
            }
          }
        },
        graph_.nodes()[i].operation);
  }
}

void Executor::run_step(std::size_t index) {
  const bool last = index + 1 == plan_->steps.size();
  run_part(plan_->steps[index], {});
  if (last) settled_ = true;
}

void Executor::run_group(const StepGroup& group) {
  const std::size_t last = group.first + group.count - 1;
  if (group.rows == 0) return run_part(plan_->steps[last], {});
  const kernels::Shape& shape = plan_->shapes[plan_->steps[last].step.result.index()];
  for (std::int64_t n = 0; n < shape.n; ++n) {
    for (std::int64_t row = 0; row < shape.h; row += group.rows) {
      for (std::size_t i = group.first; i <= last; ++i) run_part(plan_->steps[i], Strip{n, row, group.rows});
    }
  }
}

void Executor::run_part(PlannedStep& planned, const std::optional<Strip>& strip) {
  if (settled_ && plan_->fixed[planned.step.result.index()]) return;
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
        if constexpr (Computed<Kind>) backend_.run(parameters.args(operands_of(*plan_, planned, arena_, strip)));
      },
      graph_.node(planned.step.anchor).operation);
}

Tensor Executor::run(const Tensor& input, const PlanOptions& options, const Tap& tap) {
  const Plan& plan = begin(input, options);
  run_all(plan, options, tap);
  return read(plan.output);
}

kernels::ConstView Executor::run_on_views(const kernels::Shape& input, const WriteInput& write) {
  const Plan& plan = prepare(input);
  write_constants();
  write(plan.view({0}, arena_));
  run_all(plan, {}, {});
  return plan.view(plan.output, arena_);
}

void Executor::run_all(const Plan& plan, const PlanOptions& options, const Tap& tap) {
  // The first run checks and repacks each weight, and computes what depends on constants alone. After that, all runs
  // make the same calls.
  const bool ready = settled_ && std::ranges::all_of(plan.steps, &PlannedStep::weights_ready);
  if (ready && options.taps.empty() && recorded_ == nullptr) {
    recorded_ = backend_.record([&] {
      for (const StepGroup& group : plan.groups) run_group(group);
    });
  }
  if (recorded_ != nullptr) {
    recorded_->replay();
  } else {
    run_steps(plan, options, tap);
    settled_ = true;
  }
}

void Executor::run_steps(const Plan& plan, const PlanOptions& options, const Tap& tap) {
  double all_work = 0;
  for (const PlannedStep& planned : plan.steps) all_work += planned.work;
  double work = 0;
  for (const StepGroup& group : plan.groups) {
    run_group(group);
    const std::size_t last = group.first + group.count - 1;
    const Value result = plan.steps[last].step.result;
    const std::string& name = graph_.node(result).name;
    if (tap && std::ranges::find(options.taps, name) != options.taps.end()) tap(name, read(result));
    for (std::size_t i = group.first; i <= last; ++i) work += plan.steps[i].work;
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
