#include "engine/graph/strips.h"

#include <algorithm>

namespace colourize::graph {
namespace {

using kernels::Shape;

// A value with fewer numbers stays whole: a strip would save little memory, and weights would be read again for each.
constexpr std::int64_t fewest_numbers = 4 << 20;

// True where a pixel of the step's result needs that pixel of its first input alone.
bool is_pixel_by_pixel(const Graph& graph, const Step& step) {
  return std::visit(
      []<class Kind>(const Kind& parameters) {
        if constexpr (requires { parameters.is_pixel_by_pixel(); }) {
          return parameters.is_pixel_by_pixel();
        } else {
          return PointwiseNode<Kind>;
        }
      },
      graph.node(step.anchor).operation);
}

class Grouping {
 public:
  Grouping(const Graph& graph, const std::vector<Shape>& shapes, const Steps& steps, const StripOptions& options)
      : graph_(graph), shapes_(shapes), steps_(steps), options_(options), readers_(graph.nodes().size()) {
    for (const Step& step : steps.list) {
      for (const Value input : step.inputs) ++readers_[input.index()];
      if (step.residual) ++readers_[step.residual->index()];
    }
    for (const Value value : options.kept) ++readers_[value.index()];
    ++readers_[steps.output.index()];
  }

  std::vector<StepGroup> groups() const {
    std::vector<StepGroup> result;
    for (std::size_t i = 0; i < steps_.list.size();) {
      StepGroup group{.first = i};
      while (i + group.count < steps_.list.size() && joins(i + group.count - 1)) ++group.count;
      group.rows = strip_rows(group);
      if (group.rows == 0) group.count = 1;
      i += group.count;
      result.push_back(group);
    }
    return result;
  }

 private:
  const Shape& result_shape(std::size_t step) const { return shapes_[steps_.list[step].result.index()]; }

  // True where the next step can follow step by strips: it alone reads the result, at the same pixels.
  bool joins(std::size_t step) const {
    const Step& from = steps_.list[step];
    const Step& to = steps_.list[step + 1];
    const Shape& between = result_shape(step);
    const Shape& after = result_shape(step + 1);
    return !steps_.fixed[from.result.index()] && !steps_.fixed[to.result.index()] && to.inputs[0] == from.result &&
           readers_[from.result.index()] == 1 && is_pixel_by_pixel(graph_, from) && is_pixel_by_pixel(graph_, to) &&
           between.h == after.h && between.w == after.w;
  }

  // 0 where strips do not pay.
  std::int64_t strip_rows(const StepGroup& group) const {
    if (group.count == 1 || options_.pixels == 0) return 0;
    const Shape& shape = result_shape(group.first);
    std::int64_t numbers = 0;
    for (std::size_t i = group.first; i + 1 < group.first + group.count; ++i) {
      numbers = std::max(numbers, result_shape(i).elements());
    }
    if (numbers < fewest_numbers) return 0;
    std::int64_t rows = std::min(shape.h, (options_.pixels + shape.w - 1) / shape.w);
    while (shape.h % rows != 0) ++rows;
    return rows < shape.h || shape.n > 1 ? rows : 0;
  }

  const Graph& graph_;
  const std::vector<Shape>& shapes_;
  const Steps& steps_;
  const StripOptions& options_;
  std::vector<int> readers_;  // of each value; the caller counts where it wants the value
};

}  // namespace

std::vector<StepGroup> group_steps(const Graph& graph, const std::vector<Shape>& shapes, const Steps& steps,
                                   const StripOptions& options) {
  return Grouping(graph, shapes, steps, options).groups();
}

}  // namespace colourize::graph
