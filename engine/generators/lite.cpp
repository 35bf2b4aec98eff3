// The built-in generator: small, fast on a CPU. An EfficientNet-Lite0 encoder, up blocks as in the DeOldify generators,
// and a head that weighs chroma swatches (after Zhang et al. 2016).
#include <array>

#include "engine/generators/efficientnet_lite.h"
#include "engine/generators/metadata.h"
#include "engine/generators/network.h"
#include "system/error.h"

namespace colourize::generators {
namespace {

constexpr auto swatches_tensor = "swatches";

Value convolution_relu(Layers& layers, const std::string& name, Value x) {
  return layers.graph().append(name + ".relu", graph::relu, {layers.convolution(name, x)});
}

Value up_block(Layers& layers, const std::string& number, Value x, Value skip) {
  x = layers.upsample("up" + number, "up" + number + ".conv", x);
  x = layers.graph().append("concatenate" + number, graph::Concatenate{}, {x, skip});
  return convolution_relu(layers, "conv" + number, x);
}

// Luma: N x S x S x 1, (Y - 127) / 128 of the 8-bit luma, S a multiple of 32. Result: N x S/4 x S/4 x 2, Cb and Cr
// (BT.601, full range), each minus 128, over 255. `swatches`: a 1x1 convolution's weights, 2 x swatches, for the mean
// of the swatches.
Value network(Layers& layers, Value luma, std::span<const float> swatches, float temperature) {
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
  return graph.append(swatches_tensor, graph::Convolution{.weights = mean, .stride = 1, .padding = {}}, {x});
}

// The second version of lite saw photographs that had been made small and large again, and little that had faded.
// Measured on free pictures (weights/builtin/README.md); a file may say otherwise.
constexpr float lite_input_blur = 1;
constexpr float lite_least_input_range = 140;

void build_lite(const weights::Weights& weights, Generator& generator) {
  Encoding& encoding = generator.encoding;
  encoding.input.mean[0] = metadata_number(weights, "luma_mean", 127);
  encoding.input.deviation[0] = metadata_number(weights, "luma_scale", 128);
  const float temperature = metadata_number(weights, "temperature", 1);
  if (encoding.input.deviation[0] == 0 || temperature <= 0) {
    throw Error(ErrorKind::damaged, weights.source(), "its metadata 'luma_scale' or 'temperature' is not above zero");
  }
  constexpr float largest_blur = 16;
  encoding.input_blur = metadata_number(weights, "input_blur", lite_input_blur);
  encoding.least_input_range = metadata_number(weights, "least_input_range", lite_least_input_range);
  if (encoding.input_blur < 0 || encoding.input_blur > largest_blur || encoding.least_input_range < 0 ||
      encoding.least_input_range > 255) {
    throw Error(ErrorKind::damaged, weights.source(),
                "its metadata 'input_blur' is not from 0 to 16, or 'least_input_range' not from 0 to 255");
  }
  // The mean of the swatches is a 1x1 convolution whose weights are the swatches, transposed.
  const weights::Dimensions& head = weights.shape("head.weight");
  if (head.empty())
    throw Error(ErrorKind::damaged, weights.source(),
                "tensor 'head.weight' is a scalar where a convolution's is needed");
  const std::int64_t count = head.front();
  const std::span<const float> stored = weights.values(swatches_tensor, {count, 2});
  for (std::size_t chroma = 0; chroma < 2; ++chroma) {
    for (std::size_t i = chroma; i < stored.size(); i += 2) generator.swatches.push_back(stored[i]);
  }
  Layers layers(generator.graph, weights);
  generator.graph.set_output(network(layers, generator.graph.input(1), generator.swatches, temperature));
}

constexpr std::array<std::string_view, 1> other_tensors{swatches_tensor};

}  // namespace

namespace networks {
extern const Network lite{weights::models::lite, build_lite, other_tensors};
}  // namespace networks

}  // namespace colourize::generators
