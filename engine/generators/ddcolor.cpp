// DDColor (Kang et al. 2023, "DDColor: Towards Photo-Realistic Image Colorization via Dual Decoders"). A ConvNeXt
// encoder, up blocks as in the DeOldify generators, and a second decoder in which 100 learned colours ask the up
// blocks' results where they belong. Widths and depths come from the weights.
//
// The converter has made the network smaller where that changes nothing but rounding; converter/models/ddcolor.cpp has
// the list. The largest change is at the end. The published network multiplies 100 colours with 256 channels at full
// size and mixes the 100 maps to a and b. Here the mix is applied to the colours, which leaves 2 x 256 numbers, the
// palette. They meet the last up block's channels before these are shuffled and blurred.
#include <array>
#include <string>

#include "engine/generators/convnext.h"
#include "engine/generators/network.h"

namespace colourize::generators {
namespace {

constexpr float norm_epsilon = 1e-5F;
constexpr int heads = 8;
constexpr int last_shuffle = 4;

// The names of the colour decoder's parts: those that there is one of, and those of layer i.
std::string part(const std::string& name) {
  return "decoder.color_decoder." + name;
}
std::string part(const std::string& name, int i) {
  return part(name) + "." + std::to_string(i);
}

// The 1x1 convolution, upsampling, skip and 3x3 convolution of an up block. The norm after the ReLU is folded into the
// readers.
Value up_block(Layers& layers, const std::string& name, Value x, Value skip) {
  graph::Graph& graph = layers.graph();
  x = layers.upsample(name + ".shuf", name + ".shuf.conv.0", x);
  x = graph.append(name + ".concatenate", graph::Concatenate{}, {x, layers.affine(name + ".bn", skip)});
  x = graph.append(name + ".relu", graph::relu, {x});
  x = layers.convolution(name + ".conv.0", x);
  return graph.append(name + ".conv.1", graph::relu, {x});
}

// What the colours ask for at one level: keys are of the tokens at their places, values of the tokens alone.
struct Level {
  Value tokens;
  Value places;
};

// Attention, its output's linear, and the norm of the sum. The keys come first, so that they can follow the sum that
// they are made of strip by strip.
Value attend(Layers& layers, const std::string& name, const std::string& attention, Value x, const Value& query,
             const Value& key, const Value& value) {
  graph::Graph& graph = layers.graph();
  const std::string own = name + "." + attention;
  const Value keys = layers.convolution(own + ".key", key);
  const Value values = layers.convolution(own + ".value", value);
  Value y = graph.append(own, graph::Attention{heads}, {layers.convolution(own + ".query", query), keys, values});
  y = layers.convolution(own + ".out_proj", y);
  y = graph.append(name + ".add", graph::Add{}, {y, x});
  return layers.layer_norm(name + ".norm", y, norm_epsilon);
}

Value feed_forward(Layers& layers, const std::string& name, Value x) {
  graph::Graph& graph = layers.graph();
  Value y = layers.convolution(name + ".linear1", x);
  y = graph.append(name + ".relu", graph::relu, {y});
  y = layers.convolution(name + ".linear2", y);
  y = graph.append(name + ".add", graph::Add{}, {y, x});
  return layers.layer_norm(name + ".norm", y, norm_epsilon);
}

// The 100 colours, N x 1 x 100 x 256, for these pictures. `levels`: the up blocks' results, coarse to fine.
Value colours(Layers& layers, const std::array<Level, 3>& levels) {
  graph::Graph& graph = layers.graph();
  Value x = layers.constant(part("query_feat"));
  const Value embedding = layers.constant(part("query_embed"));
  for (int i = 0; i == 0 || layers.has(part("transformer_ffn_layers", i) + ".linear1"); ++i) {
    const Level& level = levels.at(static_cast<std::size_t>(i) % levels.size());
    Value query = graph.append(part("queries", i), graph::Add{}, {x, embedding});
    // Summed again for each layer: 17 MB fewer are kept from layer to layer, at 512 x 512, and reading two values takes
    // no longer than writing their sum and reading it three times.
    const std::string cross = part("transformer_cross_attention_layers", i);
    const Value key = graph.append(cross + ".placed", graph::Add{}, {level.tokens, level.places});
    x = attend(layers, cross, "multihead_attn", x, query, key, level.tokens);
    query = graph.append(part("own_queries", i), graph::Add{}, {x, embedding});
    x = attend(layers, part("transformer_self_attention_layers", i), "self_attn", x, query, query, x);
    x = feed_forward(layers, part("transformer_ffn_layers", i), x);
  }
  x = layers.layer_norm(part("decoder_norm"), x, norm_epsilon);
  for (int i = 0; i < 2; ++i) {
    const std::string layer = part("color_embed.layers", i);
    x = graph.append(layer + ".relu", graph::relu, {layers.convolution(layer, x)});
  }
  return layers.convolution(part("color_embed.layers", 2), x);
}

// Grey: N x S x S x 1, 0 to 1, S a multiple of 32. Result: N x S x S x 2, the a and b of CIELAB.
Value network(Layers& layers, Value grey) {
  graph::Graph& graph = layers.graph();
  const auto [at_4, at_8, at_16, at_32] = convnext(layers, "encoder.arch", grey);
  const std::array skips = {at_16, at_8, at_4};
  std::array<Level, 3> levels;
  Value up = at_32;
  // A level's tokens follow its up block at once: of the first two they have half the channels.
  for (std::size_t i = 0; i < levels.size(); ++i) {
    const auto number = static_cast<int>(i);
    up = up_block(layers, "decoder.layers." + std::to_string(number), up, skips.at(i));
    const std::string name = part("input_proj", number);
    const Value tokens = layers.convolution(name, up);
    levels.at(i) = {.tokens = tokens,
                    .places = graph.append(name + ".position", graph::PositionCode{graph.channels(tokens)}, {tokens})};
  }
  // A mean over the colours, with weights of its own for a and for b; channel by channel.
  const Value palette =
      layers.depthwise("refine_net.palette", colours(layers, levels), {.padding = kernels::Padding{}});

  Value x = layers.convolution("decoder.last_shuf.conv.0", up);
  x = graph.append("decoder.last_shuf.relu", graph::relu, {x});
  x = graph.append("decoder.palette", graph::Projection{last_shuffle * last_shuffle}, {x, palette});
  x = graph.append("decoder.last_shuf", graph::Upsample{last_shuffle}, {x});
  return graph.append("refine_net", graph::Add{}, {layers.convolution("refine_net.grey", grey), x});
}

void build_ddcolor(const weights::Weights& weights, Generator& generator) {
  constexpr float white = 255;
  generator.encoding = {.input_channels = 1, .colours = kernels::Colours::lab};
  generator.encoding.input.unit = white;
  Layers layers(generator.graph, weights);
  generator.graph.set_output(network(layers, generator.graph.input(1)));
}

}  // namespace

namespace networks {
extern const Network ddcolor{weights::models::ddcolor, build_ddcolor, {}};
}  // namespace networks

}  // namespace colourize::generators
