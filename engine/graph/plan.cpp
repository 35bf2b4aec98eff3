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

// Prepares a step's weights and finds its workspace, for all rows at once or for strips of `strip_rows`.
PlannedStep plan_step(const Graph& graph, const Plan& plan, Step step, std::int64_t strip_rows,
                      kernels::Backend& backend) {
  PlannedStep planned{.step = std::move(step), .weights = {}, .affine = {}, .input_affines = {}};
  planned.affine = on_backend(planned.step.affine, backend);
  for (std::size_t i = 0; i < planned.input_affines.size(); ++i) {
    planned.input_affines.at(i) = on_backend(planned.step.input_affines.at(i), backend);
  }
  std::optional<Strip> strip;
  if (strip_rows > 0) strip = Strip{.rows = strip_rows};
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
          typename Kind::Args args = parameters.args(operands_of(plan, planned, nullptr, strip));
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

// When each value is needed, in steps. The input is there before the first step, and it stays, as the output does,
// because some colours belong to the grey that the generator saw. What is computed once stays from then on, where steps
// of every run read it. The steps of a group take turns, so what they read, write and scratch in is needed while any of
// them runs.
void find_lifetimes(const Graph& graph, Plan& plan) {
  const auto size = [&](Value value, std::int64_t strip_rows) {
    kernels::Shape shape = plan.shapes[value.index()];
    if (plan.in_strips[value.index()]) {
      shape.n = 1;
      shape.h = strip_rows;
    }
    return static_cast<std::size_t>(shape.n * kernels::aligned_strides(shape, plan.channel_alignment).n *
                                    kernels::size_of(plan.type));
  };
  plan.values.assign(graph.nodes().size(), {});
  plan.values.front().bytes = size({0}, 0);
  for (const StepGroup& group : plan.groups) {
    const std::size_t last = group.first + group.count - 1;
    for (std::size_t i = group.first; i <= last; ++i) {
      PlannedStep& planned = plan.steps[i];
      const auto read = [&](Value value) {
        Block& block = plan.values[value.index()];
        if (block.bytes == 0) block.bytes = size(value, 0);  // a constant
        block.last = std::max(block.last, last);
        if (plan.fixed[planned.step.result.index()] || !plan.fixed[value.index()]) return;
        block.first = 0;
        block.last = plan.steps.size();
      };
      std::ranges::for_each(planned.step.inputs, read);
      if (planned.step.residual) read(*planned.step.residual);
      plan.values[planned.step.result.index()] = {
          .bytes = size(planned.step.result, group.rows), .first = group.first, .last = last};
      planned.workspace.first = group.first;
      planned.workspace.last = last;
    }
  }
  plan.values.front().last = plan.steps.size();
  plan.values[plan.output.index()].last = plan.steps.size();
}

// Gives every value and workspace a place in the arena.
void place(const Graph& graph, Plan& plan) {
  find_lifetimes(graph, plan);

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
            is_upsampling_by_2(graph.node(reader.anchor).operation) || (i == 0 && reader.upsample_first);
        if (!upsamples) return false;
      }
      return true;
    });
    if (upsampled && readers > 0) plan.orders[step.result.index()] = order;
  }
}

// A value's part of a strip. A value that passes from step to step by strips is that part; a value of another height
// counts as a whole for each row.
kernels::View strip_view(const Plan& plan, const PlannedStep& planned, Value value, const Strip& strip,
                         std::byte* arena) {
  kernels::View view = plan.view(value, arena);
  const bool part = plan.in_strips[value.index()];
  const std::int64_t rows = plan.shapes[planned.step.result.index()].h;
  std::int64_t offset = 0;
  if (!part) offset = strip.picture * view.strides.n;
  if (!part && view.shape.h == rows) offset += strip.first_row * view.strides.h;
  if (view.shape.h == rows) view.shape.h = strip.rows;
  view.shape.n = 1;
  view.strides = kernels::aligned_strides(view.shape, plan.channel_alignment);
  if (arena != nullptr) view.data = static_cast<std::byte*>(view.data) + offset * kernels::size_of(plan.type);
  return view;
}

}  // namespace

kernels::View Plan::view(Value value, std::byte* arena) const {
  void* data = arena == nullptr ? nullptr : arena + values[value.index()].offset;
  const kernels::Shape& shape = shapes[value.index()];
  return {data, shape, kernels::aligned_strides(shape, channel_alignment), type};
}

Operands operands_of(const Plan& plan, const PlannedStep& planned, std::byte* arena,
                     const std::optional<Strip>& strip) {
  const Step& step = planned.step;
  const auto view = [&](Value value) {
    return strip ? strip_view(plan, planned, value, *strip, arena) : plan.view(value, arena);
  };
  Operands operands{
      .output = view(step.result),
      .epilogue = {.before = step.before, .affine = planned.affine, .residual = {}, .after = step.after},
      .input_affines = planned.input_affines,
      .upsample_first = step.upsample_first,
      .input_order = plan.orders[step.inputs[0].index()],
      .output_order = plan.orders[step.result.index()],
      .constants = planned.constants,
      .weights = planned.weights.get(),
      .workspace = {arena == nullptr ? nullptr : arena + planned.workspace.offset, planned.workspace.bytes}};
  for (const Value input : step.inputs) operands.inputs.push_back(view(input));
  if (step.residual) operands.epilogue.residual = view(*step.residual);
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
  plan.groups = group_steps(graph, plan.shapes, steps,
                            {.pixels = options.strips ? backend.strip_pixels() : 0, .kept = fusion.kept});
  plan.fixed = steps.fixed;
  plan.in_strips.assign(graph.nodes().size(), false);
  for (const StepGroup& group : plan.groups) {
    for (std::size_t i = group.first; i + 1 < group.first + group.count; ++i) {
      plan.in_strips[steps.list[i].result.index()] = true;
    }
  }
  for (const StepGroup& group : plan.groups) {
    for (std::size_t i = group.first; i < group.first + group.count; ++i) {
      plan.steps.push_back(plan_step(graph, plan, std::move(steps.list[i]), group.rows, backend));
    }
  }
  place(graph, plan);
  return plan;
}

}  // namespace colourize::graph
