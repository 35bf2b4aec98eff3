#include "engine/generators/resnet.h"

namespace colourize::generators {
namespace {

// Two 3x3 convolutions (ResNet-18, 34), or 1x1, 3x3, 1x1 (50 and up), around an identity or a strided 1x1 convolution.
Value residual_block(Layers& layers, const std::string& name, Value x, int stride) {
  graph::Graph& graph = layers.graph();
  const bool bottleneck = layers.has(name + ".conv3");
  Value y = layers.convolution(name + ".conv1", x, {.stride = bottleneck ? 1 : stride});
  y = graph.append(name + ".relu1", graph::relu, {y});
  y = layers.convolution(name + ".conv2", y, {.stride = bottleneck ? stride : 1});
  if (bottleneck) {
    y = graph.append(name + ".relu2", graph::relu, {y});
    y = layers.convolution(name + ".conv3", y);
  }
  const bool projected = layers.has(name + ".downsample.0");
  const Value identity = projected ? layers.convolution(name + ".downsample.0", x, {.stride = stride}) : x;
  return graph.append(name, graph::relu, {graph.append(name + ".add", graph::Add{}, {y, identity})});
}

Value stage(Layers& layers, const std::string& name, Value x, int stride) {
  const auto block = [&](int i) { return name + "." + std::to_string(i); };
  x = residual_block(layers, block(0), x, stride);
  for (int i = 1; layers.has(block(i) + ".conv1"); ++i) x = residual_block(layers, block(i), x, 1);
  return x;
}

}  // namespace

ResnetFeatures resnet(Layers& layers, const std::string& name, Value image) {
  graph::Graph& graph = layers.graph();
  ResnetFeatures features;
  Value x = layers.convolution(name + ".0", image, {.stride = 2});
  x = features.skips[0] = graph.append(name + ".2", graph::relu, {x});
  x = graph.append(name + ".3", graph::MaxPool{.kernel = 3, .stride = 2, .padding = {1, 1, 1, 1}}, {x});
  x = features.skips[1] = stage(layers, name + ".4", x, 1);
  x = features.skips[2] = stage(layers, name + ".5", x, 2);
  x = features.skips[3] = stage(layers, name + ".6", x, 2);
  features.top = stage(layers, name + ".7", x, 2);
  return features;
}

}  // namespace colourize::generators
