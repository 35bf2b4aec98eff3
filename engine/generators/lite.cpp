#include "engine/generators/lite.h"

#include "engine/generators/efficientnet_lite.h"

namespace colourize::generators {
namespace {

Value convolution_relu(Layers& layers, const std::string& name, Value x) {
  return layers.graph().append(name + ".relu", graph::relu, {layers.convolution(name, x)});
}

Value up_block(Layers& layers, const std::string& number, Value x, Value skip) {
  x = layers.upsample("up" + number, "up" + number + ".conv", x);
  x = layers.graph().append("concatenate" + number, graph::Concatenate{}, {x, skip});
  return convolution_relu(layers, "conv" + number, x);
}

}  // namespace

Value lite(Layers& layers, Value luma, std::span<const float> swatches, float temperature) {
  graph::Graph& graph = layers.graph();
  const auto [at_4, at_8, at_16, at_32] = efficientnet_lite(layers, "encoder", luma);

  Value x = up_block(layers, "1", at_32, at_16);
  x = up_block(layers, "2", x, at_8);
  x = layers.self_attention("attention", x);
  x = up_block(layers, "3", x, at_4);
  x = convolution_relu(layers, "conv4", x);

  x = layers.convolution("head", x);
  x = graph.append("softmax", graph::Softmax{temperature}, {x});
  const kernels::ConvolutionWeights mean{
      .weight = swatches.data(), .out_channels = 2, .in_channels = std::ssize(swatches) / 2};
  return graph.append("swatches", graph::Convolution{.weights = mean, .stride = 1, .padding = {}}, {x});
}

}  // namespace colourize::generators
