#include "engine/graph/shapes.h"

#include "system/error.h"

namespace colourize::graph {
namespace {

using kernels::Shape;

std::string to_string(const Shape& shape) {
  return std::to_string(shape.h) + " x " + std::to_string(shape.w) + " x " + std::to_string(shape.c);
}

// Shapes of the inputs of one node in, its own shape out; one overload a kind of node.
struct Inference {
  const Graph& graph;
  const Shape& input;
  const Node& node;
  const std::vector<Shape>& shapes;

  const Shape& operand(std::size_t i) const { return shapes[node.inputs[i].index()]; }

  std::int64_t window_count(std::int64_t size, int before, int after, int kernel, int stride) const {
    const std::int64_t room = size + before + after - kernel;
    if (room < 0) {
      throw Error(ErrorKind::invalid, node.name,
                  "gets a picture of " + std::to_string(size) + " pixels for a window of " + std::to_string(kernel));
    }
    return room / stride + 1;
  }
  Shape windows(std::int64_t channels, int kernel_h, int kernel_w, int stride, const kernels::Padding& padding) const {
    const Shape& x = operand(0);
    return {x.n, window_count(x.h, padding.top, padding.bottom, kernel_h, stride),
            window_count(x.w, padding.left, padding.right, kernel_w, stride), channels};
  }
  // The shape that all operands share, but for channels where these may differ.
  Shape same_size(bool channels_too) const {
    Shape first = operand(0);
    for (std::size_t i = 1; i < node.inputs.size(); ++i) {
      Shape other = operand(i);
      if (!channels_too) other.c = first.c;
      if (!(other == first))
        throw Error(ErrorKind::damaged, node.name, "joins " + to_string(operand(0)) + " with " + to_string(operand(i)));
    }
    return first;
  }

  Shape operator()(const Input& parameters) const {
    if (input.c != parameters.channels) {
      throw Error(ErrorKind::invalid, "input",
                  "has " + std::to_string(input.c) + " channels where the network takes " +
                      std::to_string(parameters.channels));
    }
    if (input.n < 1 || input.h < 1 || input.w < 1) throw Error(ErrorKind::invalid, "input", "is empty");
    return input;
  }
  Shape operator()(const Convolution& parameters) const {
    const auto& weights = parameters.weights;
    return windows(weights.out_channels, weights.kernel_h, weights.kernel_w, parameters.stride, parameters.padding);
  }
  Shape operator()(const Activation& /*parameters*/) const { return operand(0); }
  Shape operator()(const Affine& /*parameters*/) const { return operand(0); }
  Shape operator()(const Add& /*parameters*/) const { return same_size(true); }
  Shape operator()(const MaxPool& parameters) const {
    return windows(operand(0).c, parameters.kernel, parameters.kernel, parameters.stride, parameters.padding);
  }
  Shape operator()(const Upsample& /*parameters*/) const {
    const Shape& x = operand(0);
    return {x.n, 2 * x.h, 2 * x.w, x.c / 4};
  }
  Shape operator()(const ResizeNearest& /*parameters*/) const {
    return {operand(0).n, operand(1).h, operand(1).w, operand(0).c};
  }
  Shape operator()(const Concatenate& /*parameters*/) const {
    Shape shape = same_size(false);
    shape.c = operand(0).c + operand(1).c;
    return shape;
  }
  Shape operator()(const SelfAttention& /*parameters*/) const {
    same_size(false);
    return operand(3);
  }
  Shape operator()(const SigmoidRange& /*parameters*/) const { return operand(0); }
  Shape operator()(const Softmax& /*parameters*/) const { return operand(0); }
};

}  // namespace

std::vector<Shape> infer_shapes(const Graph& graph, const Shape& input) {
  std::vector<Shape> shapes;
  shapes.reserve(graph.nodes().size());
  for (const Node& node : graph.nodes()) {
    shapes.push_back(std::visit(Inference{graph, input, node, shapes}, node.operation));
  }
  return shapes;
}

}  // namespace colourize::graph
