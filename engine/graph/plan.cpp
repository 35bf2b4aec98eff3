#include "engine/graph/plan.h"

#include <algorithm>
#include <functional>
#include <type_traits>
#include <utility>

#include "engine/graph/shapes.h"
#include "system/error.h"

namespace colourize::graph {
namespace {

kernels::Affine on_backend(const std::optional<Affine>& affine, kernels::Backend& backend) {
  if (!affine) return {};
  return {backend.constant(affine->scale), backend.constant(affine->shift)};
}

// Prepares a step's weights and finds its workspace.
PlannedStep plan_step(const Graph& graph, const Plan& plan, Step step, kernels::Backend& backend) {
  PlannedStep planned{.step = std::move(step), .weights = {}, .affine = {}, .input_affines = {}};
  planned.affine = on_backend(planned.step.affine, backend);
  for (std::size_t i = 0; i < planned.input_affines.size(); ++i) {
    planned.input_affines.at(i) = on_backend(planned.step.input_affines.at(i), backend);
  }
  const Node& node = graph.node(planned.step.anchor);
  const kernels::Shape& output = plan.shapes[planned.step.result.index()];
  InputShapes inputs{.name = node.name, .shapes = {}};
  for (const Value input : planned.step.inputs) inputs.shapes.push_back(plan.shapes[input.index()]);
  std::visit(
      [&]<class Kind>(const Kind& parameters) {
        if constexpr (Computed<Kind>) {
          planned.multiplications = parameters.multiplications(inputs, output);
          if constexpr (requires { parameters.constants(); }) {
            for (const auto& values : parameters.constants()) planned.constants.push_back(backend.constant(values));
          }
          typename Kind::Args args = parameters.args(operands_of(plan, planned, nullptr));
          if (const auto why = backend.why_unsupported(args)) {
            throw Error(ErrorKind::unsupported, "layer " + node.name,
                        "cannot be computed: device " + std::string(backend.name()) + " " + *why,
                        "choose another device");
          }
          if constexpr (std::is_same_v<Kind, Convolution>) {
            planned.weights = backend.prepare(parameters.weights, args);
            args.weights = planned.weights.get();
            planned.weights_ready = false;
          }
          planned.workspace.bytes = backend.workspace_bytes(args);
        }
      },
      node.operation);
  planned.work = planned.multiplications > 0 ? planned.multiplications : static_cast<double>(output.elements());
  return planned;
}

// Lifetimes in steps, then places. The input is there before the first step, the output until after the last.
void place(const Graph& graph, Plan& plan) {
  const auto size = [&](Value value) {
    const kernels::Shape& shape = plan.shapes[value.index()];
    return static_cast<std::size_t>(shape.n * kernels::aligned_strides(shape, plan.channel_alignment).n *
                                    kernels::size_of(plan.type));
  };
  plan.values.assign(graph.nodes().size(), {});
  plan.values.front().bytes = size({0});
  for (std::size_t i = 0; i < plan.steps.size(); ++i) {
    PlannedStep& planned = plan.steps[i];
    const auto read = [&](Value value) { plan.values[value.index()].last = i; };
    std::ranges::for_each(planned.step.inputs, read);
    if (planned.step.residual) read(*planned.step.residual);
    plan.values[planned.step.result.index()] = {.bytes = size(planned.step.result), .first = i, .last = i};
    planned.workspace.first = planned.workspace.last = i;
  }
  plan.values[plan.output.index()].last = plan.steps.size();

  std::vector<std::reference_wrapper<Block>> used;
  for (Block& block : plan.values) {
    if (block.bytes != 0) used.emplace_back(block);
  }
  for (PlannedStep& planned : plan.steps) {
    if (planned.workspace.bytes != 0) used.emplace_back(planned.workspace);
  }
  std::vector<Block> blocks(used.begin(), used.end());
  plan.arena_bytes = place_blocks(blocks);
  for (std::size_t i = 0; i < used.size(); ++i) used[i].get().offset = blocks[i].offset;
}

// The backend chooses the order of values that a convolution computes and only upsamplings read.
void choose_orders(const Graph& graph, const Steps& steps, kernels::ChannelOrder order, Plan& plan) {
  plan.orders.assign(graph.nodes().size(), kernels::ChannelOrder::interleaved);
  for (const Step& step : steps.list) {
    // Affine and residual count channels in the usual order.
    if (step.pointwise || step.affine || step.residual) continue;
    if (!std::holds_alternative<Convolution>(graph.node(step.anchor).operation)) continue;
    std::size_t readers = 0;
    const bool upsampled = std::ranges::all_of(steps.list, [&](const Step& reader) {
      if (reader.residual == step.result) return false;
      for (std::size_t i = 0; i < reader.inputs.size(); ++i) {
        if (reader.inputs[i] != step.result) continue;
        ++readers;
        const bool upsamples =
            std::holds_alternative<Upsample>(graph.node(reader.anchor).operation) || (i == 0 && reader.upsample_first);
        if (!upsamples) return false;
      }
      return true;
    });
    if (upsampled && readers > 0) plan.orders[step.result.index()] = order;
  }
}

}  // namespace

kernels::View Plan::view(Value value, std::byte* arena) const {
  void* data = arena == nullptr ? nullptr : arena + values[value.index()].offset;
  const kernels::Shape& shape = shapes[value.index()];
  return {data, shape, kernels::aligned_strides(shape, channel_alignment), type};
}

Operands operands_of(const Plan& plan, const PlannedStep& planned, std::byte* arena) {
  const Step& step = planned.step;
  Operands operands{
      .output = plan.view(step.result, arena),
      .epilogue = {.before = step.before, .affine = planned.affine, .residual = {}, .after = step.after},
      .input_affines = planned.input_affines,
      .upsample_first = step.upsample_first,
      .input_order = plan.orders[step.inputs[0].index()],
      .output_order = plan.orders[step.result.index()],
      .constants = planned.constants,
      .weights = planned.weights.get(),
      .workspace = {arena == nullptr ? nullptr : arena + planned.workspace.offset, planned.workspace.bytes}};
  for (const Value input : step.inputs) operands.inputs.push_back(plan.view(input, arena));
  if (step.residual) operands.epilogue.residual = plan.view(*step.residual, arena);
  return operands;
}

Plan make_plan(const Graph& graph, const kernels::Shape& input, kernels::Backend& backend, const PlanOptions& options) {
  Plan plan;
  plan.type = backend.activation_type();
  plan.channel_alignment = backend.channel_alignment();
  plan.shapes = infer_shapes(graph, input);
  plan.values.assign(graph.nodes().size(), {});
  FusionOptions fusion{.fuse = options.fuse, .kept = {}, .fuses = [&](kernels::Activation activation) {
                         return backend.fuses(activation);
                       }};
  for (const std::string& name : options.taps) fusion.kept.push_back(graph.find(name));
  Steps steps = fuse(graph, plan.shapes, fusion);
  plan.output = steps.output;
  choose_orders(graph, steps, backend.shuffle_order(), plan);
  for (Step& step : steps.list) {
    plan.steps.push_back(plan_step(graph, plan, std::move(step), backend));
  }
  place(graph, plan);
  return plan;
}

}  // namespace colourize::graph
