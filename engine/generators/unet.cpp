// The DeOldify generators (Antic 2018): a ResNet encoder, a bridge, four up blocks with skips and self-attention, and a
// residual block on the full-size picture. `wide` (films, portraits, landscapes) has one 3x3 convolution an up block,
// `deep` (most vivid) two; all widths come from the weights.
#include "engine/generators/network.h"
#include "engine/generators/resnet.h"

namespace colourize::generators {
namespace {

enum class UpBlockDepth : std::uint8_t {
  wide,  // one convolution, "conv"
  deep,  // two, "conv1" and "conv2"
};

// Convolution, ReLU, norm, in this order. The norm stays an affine, because zero padding comes between it and the next
// layer.
Value convolution_relu_norm(Layers& layers, const std::string& name, Value x) {
  x = layers.convolution(name + ".0", x);
  x = layers.graph().append(name + ".1", graph::relu, {x});
  return layers.affine(name + ".2", x);
}

Value bridge(Layers& layers, Value top) {
  Value x = layers.graph().append("layers.2", graph::relu, {layers.affine("layers.1", top)});
  x = convolution_relu_norm(layers, "layers.3.0", x);
  return convolution_relu_norm(layers, "layers.3.1", x);
}

Value up_block(Layers& layers, const std::string& name, Value x, Value skip, UpBlockDepth depth) {
  graph::Graph& graph = layers.graph();
  x = layers.upsample(name + ".shuf", name + ".shuf.conv.0", x);
  x = graph.append(name + ".resize", graph::ResizeNearest{}, {x, skip});  // differs at odd render factors only
  x = graph.append(name + ".concatenate", graph::Concatenate{}, {x, layers.affine(name + ".bn", skip)});
  x = graph.append(name + ".relu", graph::relu, {x});
  if (depth == UpBlockDepth::wide) return convolution_relu_norm(layers, name + ".conv", x);
  x = convolution_relu_norm(layers, name + ".conv1", x);
  return convolution_relu_norm(layers, name + ".conv2", x);
}

Value residual_block(Layers& layers, const std::string& name, Value x) {
  graph::Graph& graph = layers.graph();
  Value y = graph.append(name + ".layers.0.1", graph::relu, {layers.convolution(name + ".layers.0.0", x)});
  y = graph.append(name + ".layers.1.1", graph::relu, {layers.convolution(name + ".layers.1.0", y)});
  return graph.append(name, graph::Add{}, {y, x});
}

// Image: N x S x S x 3, ImageNet-normalised, S a multiple of 16. Result: the same shape and normalisation, in colour,
// within -3..3.
Value unet(Layers& layers, Value image, UpBlockDepth depth) {
  graph::Graph& graph = layers.graph();
  const auto [skips, top] = resnet(layers, "layers.0", image);

  Value x = bridge(layers, top);
  x = up_block(layers, "layers.4", x, skips[3], depth);
  x = up_block(layers, "layers.5", x, skips[2], depth);
  x = layers.self_attention(depth == UpBlockDepth::wide ? "layers.5.conv.3" : "layers.5.conv2.3", x);
  x = up_block(layers, "layers.6", x, skips[1], depth);
  x = up_block(layers, "layers.7", x, skips[0], depth);

  x = layers.upsample("layers.8", "layers.8.conv.0", x);
  x = graph.append("layers.9", graph::Concatenate{}, {x, image});
  x = residual_block(layers, "layers.10", x);
  x = layers.convolution("layers.11.0", x);
  return graph.append("output", graph::SigmoidRange{.low = -3, .high = 3}, {x});
}

// Grey as RGB, in the form in which networks receive ImageNet's photographs (torchvision's mean and deviation, for
// channels of 0 to 1), and RGB in the same form out.
Encoding imagenet_encoding() {
  constexpr float white = 255;
  Encoding encoding{.input_channels = 3, .colours = kernels::Colours::rgb};
  encoding.output.mean = {0.485F, 0.456F, 0.406F};
  encoding.output.deviation = {0.229F, 0.224F, 0.225F, 1};
  encoding.input = encoding.output;
  encoding.input.unit = white;
  return encoding;
}

template <UpBlockDepth depth>
void build_unet(const weights::Weights& weights, Generator& generator) {
  generator.encoding = imagenet_encoding();
  Layers layers(generator.graph, weights);
  generator.graph.set_output(unet(layers, generator.graph.input(3), depth));
}

}  // namespace

namespace networks {
extern const Network wide{weights::models::wide, build_unet<UpBlockDepth::wide>, {}};
extern const Network deep{weights::models::deep, build_unet<UpBlockDepth::deep>, {}};
}  // namespace networks

}  // namespace colourize::generators
