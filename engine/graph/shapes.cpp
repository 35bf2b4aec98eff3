#include "engine/graph/shapes.h"

#include "system/error.h"

namespace colourize::graph {
namespace {

using kernels::Shape;

void check_input(const Shape& input, const Input& parameters) {
  if (input.c != parameters.channels) {
    throw Error(
        ErrorKind::invalid, "input",
        "has " + std::to_string(input.c) + " channels where the network takes " + std::to_string(parameters.channels));
  }
  if (input.n < 1 || input.h < 1 || input.w < 1) throw Error(ErrorKind::invalid, "input", "is empty");
}

}  // namespace

std::vector<Shape> infer_shapes(const Graph& graph, const Shape& input) {
  std::vector<Shape> shapes;
  shapes.reserve(graph.nodes().size());
  for (const Node& node : graph.nodes()) {
    shapes.push_back(std::visit(
        [&]<class Kind>(const Kind& parameters) {
          if constexpr (Computed<Kind> || ConstantNode<Kind>) {
            InputShapes given{.name = node.name, .shapes = {}};
            for (const Value value : node.inputs) given.shapes.push_back(shapes[value.index()]);
            Shape shape = parameters.shape(given);
            if constexpr (ConstantNode<Kind>) shape.n = input.n;
            return shape;
          } else {
            check_input(input, parameters);
            return input;
          }
        },
        node.operation));
  }
  return shapes;
}

}  // namespace colourize::graph
