#include "engine/generators/efficientnet_lite.h"

#include <array>

namespace colourize::generators {
namespace {

struct Block {
  int kernel;
  int stride;
};
constexpr std::array<Block, 16> blocks{{{3, 1},
                                        {3, 2},
                                        {3, 1},  // S/4
                                        {5, 2},
                                        {5, 1},  // S/8
                                        {3, 2},
                                        {3, 1},
                                        {3, 1},
                                        {5, 1},
                                        {5, 1},
                                        {5, 1},  // S/16
                                        {5, 2},
                                        {5, 1},
                                        {5, 1},
                                        {5, 1},
                                        {3, 1}}};  // S/32
constexpr std::size_t last_at_4 = 2;
constexpr std::size_t last_at_8 = 4;
constexpr std::size_t last_at_16 = 10;

// TensorFlow's "same" padding for even sizes: kernel - stride in all, the larger half at the bottom and right.
kernels::Padding same_padding(int kernel, int stride) {
  const int all = stride > 1 ? kernel - stride : kernel - 1;
  const int less = all / 2;
  return {.top = less, .bottom = all - less, .left = less, .right = all - less};
}

// Expand (1x1), depthwise, project (1x1); around an identity where the shape stays.
Value inverted_residual(Layers& layers, const std::string& name, Value x, const Block& block) {
  graph::Graph& graph = layers.graph();
  Value y = x;
  if (layers.has(name + ".expand"))
    y = graph.append(name + ".expand.relu6", graph::relu6, {layers.convolution(name + ".expand", y)});
  const kernels::Padding padding = same_padding(block.kernel, block.stride);
  y = layers.convolution(name + ".depthwise", y,
                         {.stride = block.stride, .padding = padding, .groups = static_cast<int>(graph.channels(y))});
  y = graph.append(name + ".depthwise.relu6", graph::relu6, {y});
  y = layers.convolution(name + ".project", y);
  const bool identity = block.stride == 1 && graph.channels(x) == graph.channels(y);
  return identity ? graph.append(name, graph::Add{}, {y, x}) : y;
}

}  // namespace

EfficientnetFeatures efficientnet_lite(Layers& layers, const std::string& name, Value luma) {
  EfficientnetFeatures features;
  const kernels::Padding padding = same_padding(3, 2);
  Value x = layers.convolution(name + ".stem", luma, {.stride = 2, .padding = padding});
  x = layers.graph().append(name + ".stem.relu6", graph::relu6, {x});
  for (std::size_t i = 0; i < blocks.size(); ++i) {
    x = inverted_residual(layers, name + ".blocks." + std::to_string(i), x, blocks.at(i));
    if (i == last_at_4) features.at_4 = x;
    if (i == last_at_8) features.at_8 = x;
    if (i == last_at_16) features.at_16 = x;
  }
  features.at_32 = x;
  return features;
}

}  // namespace colourize::generators
