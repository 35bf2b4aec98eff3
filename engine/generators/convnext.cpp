#include "engine/generators/convnext.h"

namespace colourize::generators {
namespace {

constexpr float norm_epsilon = 1e-6F;
constexpr kernels::Padding no_padding{};

Value block(Layers& layers, const std::string& name, Value x) {
  graph::Graph& graph = layers.graph();
  Value y = layers.depthwise(name + ".dwconv", x);
  y = layers.standardise(name + ".norm", y, norm_epsilon);
  y = layers.convolution(name + ".pwconv1", y);
  y = graph.append(name + ".act", graph::gelu, {y});
  y = layers.convolution(name + ".pwconv2", y);
  return graph.append(name, graph::Add{}, {y, x});
}

}  // namespace

std::array<Value, 4> convnext(Layers& layers, const std::string& name, Value image) {
  std::array<Value, 4> ends;
  Value x = image;
  for (std::size_t stage = 0; stage < ends.size(); ++stage) {
    const std::string number = std::to_string(stage);
    const std::string patches = name + ".downsample_layers." + number;
    if (stage == 0) {
      x = layers.convolution(patches + ".0", x, {.stride = 4, .padding = no_padding});
      x = layers.layer_norm(patches + ".1", x, norm_epsilon);
    } else {
      x = layers.convolution(patches + ".1", x, {.stride = 2, .padding = no_padding});
    }
    const std::string blocks = name + ".stages." + number + ".";
    for (int i = 0; i == 0 || layers.has(blocks + std::to_string(i) + ".dwconv"); ++i) {
      x = block(layers, blocks + std::to_string(i), x);
    }
    // Two readers: the next stage's patches, and whoever asked for the stage.
    x = layers.standardise(name + ".norm" + number, x, norm_epsilon);
    ends.at(stage) = x;
  }
  return ends;
}

}  // namespace colourize::generators
