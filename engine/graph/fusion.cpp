#include "engine/graph/fusion.h"

#include <algorithm>

namespace colourize::graph {
namespace {

using kernels::Shape;

class Fusion {
 public:
  Fusion(const Graph& graph, const std::vector<Shape>& shapes, const FusionOptions& options)
      : graph_(graph),
        fuses_(options.fuses),
        kept_(graph.nodes().size(), false),
        fixed_(fixed_values(graph)),
        steps_(graph.nodes().size()),
        readers_(graph.nodes().size()) {
    for (const Value value : options.kept) kept_[value.index()] = true;
    make_steps(shapes);
    kept_[output_.index()] = true;
    drop_unread();
  }

  void fuse() {
    // Epilogues first: an affine that costs nothing after a convolution stays with it.
    for (std::size_t i = 0; i < steps_.size(); ++i) {
      if (steps_[i] && has_epilogue(*steps_[i])) grow_epilogue(i);
    }
    for (std::size_t i = 0; i < steps_.size(); ++i) {
      if (steps_[i] && is<Concatenate>(*steps_[i])) grow_concatenation(i);
    }
  }

  Steps steps() const {
    Steps result{.list = {}, .output = output_, .fixed = fixed_};
    for (const auto& step : steps_) {
      if (step) result.list.push_back(*step);
    }
    return result;
  }

 private:
  template <typename Kind>
  bool is(const Step& step) const {
    return std::holds_alternative<Kind>(graph_.node(step.anchor).operation);
  }
  bool has_epilogue(const Step& step) const { return step.pointwise || is<Convolution>(step); }
  // True where `step` can take the activations of a pointwise step. Pointwise steps can take all.
  bool computes_activations_of(const Step& next, const Step& step) const {
    return step.pointwise || !fuses_ || (fuses_(next.before) && fuses_(next.after));
  }

  // Finds the values that depend on constants alone.
  static std::vector<bool> fixed_values(const Graph& graph) {
    std::vector<bool> fixed;
    for (const Node& node : graph.nodes()) {
      fixed.push_back(std::visit(
          [&]<class Kind>(const Kind& /*parameters*/) {
            const auto is_fixed = [&](Value input) { return fixed[input.index()]; };
            return ConstantNode<Kind> || (Computed<Kind> && std::ranges::all_of(node.inputs, is_fixed));
          },
          node.operation));
    }
    return fixed;
  }

  // One step for each node, at the node's place, except the input, constants, and resizes to the same size.
  void make_steps(const std::vector<Shape>& shapes) {
    std::vector<Value> stands_for(steps_.size());
    for (std::size_t i = 0; i < steps_.size(); ++i) {
      const Node& node = graph_.nodes()[i];
      const Value self{static_cast<int>(i)};
      stands_for[i] = self;
      const bool computed =
          std::visit([]<class Kind>(const Kind& /*parameters*/) { return Computed<Kind>; }, node.operation);
      if (!computed) continue;
      Step step{.anchor = self, .result = self, .inputs = {}};
      for (const Value input : node.inputs) step.inputs.push_back(stands_for[input.index()]);
      if (std::holds_alternative<ResizeNearest>(node.operation)) {
        step.inputs.pop_back();  // of the second operand only the size is used
        const bool same = shapes[i] == shapes[node.inputs[0].index()];
        if (same && !kept_[i]) {
          stands_for[i] = step.inputs[0];
          continue;
        }
      }
      std::visit(
          [&]<class Kind>(const Kind& parameters) {
            if constexpr (PointwiseNode<Kind>) {
              step.pointwise = true;
              parameters.begin(step);
            }
          },
          node.operation);
      for (const Value input : step.inputs) readers_[input.index()].push_back(i);
      if (step.residual) readers_[step.residual->index()].push_back(i);
      steps_[i] = std::move(step);
    }
    output_ = stands_for[graph_.output().index()];
  }

  // From the last to the first, so that steps whose only reader is removed go too.
  void drop_unread() {
    for (std::size_t i = steps_.size(); i-- > 0;) {
      if (!steps_[i] || kept_[i] || !readers_[i].empty()) continue;
      for (const Value input : steps_[i]->inputs) std::erase(readers_[input.index()], i);
      if (steps_[i]->residual) std::erase(readers_[steps_[i]->residual->index()], i);
      steps_[i].reset();
    }
  }

  // The place of the only step that reads `value`, where that step can take the value's step over.
  std::optional<std::size_t> only_reader(Value value) const {
    if (kept_[value.index()] || readers_[value.index()].size() != 1) return {};
    return readers_[value.index()].front();
  }

  void grow_epilogue(std::size_t place) {
    for (;;) {
      Step step = *steps_[place];
      const auto next = only_reader(step.result);
      // What is computed once must not wait for what each picture brings.
      if (next && fixed_[step.result.index()] && !fixed_[steps_[*next]->result.index()]) return;
      if (!next || !steps_[*next]->pointwise || !computes_activations_of(*steps_[*next], step)) return;
      if (!append(step, *steps_[*next])) return;
      step.result = steps_[*next]->result;
      // At the later place, where the residual already exists.
      move(std::move(step), place, *next);
      place = *next;
    }
  }

  // Adds a pointwise step's work after `step`'s own. Returns false where the epilogue's order has no place for it.
  static bool append(Step& step, const Step& next) {
    const bool room_after = step.after == kernels::Activation::none;
    if (next.residual) {
      if (step.residual || !room_after || next.affine || next.before != kernels::Activation::none) return false;
      step.residual = *next.residual == step.result ? next.inputs[0] : *next.residual;
      step.after = next.after;
      return true;
    }
    if (next.affine) {
      if (step.affine || step.residual || !room_after || next.before != kernels::Activation::none) return false;
      step.affine = next.affine;
      step.after = next.after;
      return true;
    }
    if (next.after != kernels::Activation::none || !room_after) return false;
    const bool nothing_yet = step.before == kernels::Activation::none && !step.affine && !step.residual;
    (nothing_yet ? step.before : step.after) = next.before;
    return true;
  }

  // Reads the producer's inputs, because `place` now does the producer's work.
  void take_over(Value& input, std::size_t place) {
    const std::size_t old_place = input.index();
    input = steps_[old_place]->inputs[0];
    std::ranges::replace(readers_[input.index()], old_place, place);
    steps_[old_place].reset();
  }

  void grow_concatenation(std::size_t place) {
    Step step = *steps_[place];
    for (std::size_t i = 0; i < step.inputs.size(); ++i) {
      const auto& producer = steps_[step.inputs[i].index()];
      if (!producer || !only_reader(step.inputs[i]) || !producer->pointwise || !producer->affine) continue;
      const bool only_affine = !producer->residual && producer->before == kernels::Activation::none &&
                               producer->after == kernels::Activation::none;
      if (!only_affine) continue;
      step.input_affines.at(i) = producer->affine;
      take_over(step.inputs[i], place);
    }
    const auto& first = steps_[step.inputs[0].index()];
    if (first && only_reader(step.inputs[0]) && is_upsampling_by_2(graph_.node(first->anchor).operation)) {
      step.upsample_first = true;
      take_over(step.inputs[0], place);
    }
    const auto next = only_reader(step.result);
    const bool activation = next && steps_[*next]->pointwise && !steps_[*next]->affine && !steps_[*next]->residual &&
                            steps_[*next]->after == kernels::Activation::none &&
                            computes_activations_of(*steps_[*next], step);
    if (activation) {
      step.after = steps_[*next]->before;
      step.result = steps_[*next]->result;
    }
    move(std::move(step), place, activation ? *next : place);
  }

  void move(Step step, std::size_t from, std::size_t to) {
    for (const Value input : step.inputs) std::ranges::replace(readers_[input.index()], from, to);
    if (step.residual) std::ranges::replace(readers_[step.residual->index()], from, to);
    steps_[from].reset();
    steps_[to] = std::move(step);
  }

  const Graph& graph_;
  const std::function<bool(kernels::Activation)>& fuses_;
  std::vector<bool> kept_;
  std::vector<bool> fixed_;
  std::vector<std::optional<Step>> steps_;         // at the place of the node that comes out
  std::vector<std::vector<std::size_t>> readers_;  // places of the steps that read a value
  Value output_;
};

}  // namespace

Steps fuse(const Graph& graph, const std::vector<Shape>& shapes, const FusionOptions& options) {
  Fusion fusion(graph, shapes, options);
  if (options.fuse) fusion.fuse();
  return fusion.steps();
}

}  // namespace colourize::graph
