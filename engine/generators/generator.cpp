#include "engine/generators/generator.h"

#include <charconv>
#include <cmath>
#include <utility>

#include "engine/generators/layers.h"
#include "engine/generators/lite.h"
#include "engine/generators/unet.h"
#include "system/error.h"

namespace colourize {
namespace {

using weights::Weights;

// A number in the metadata, or `otherwise` when it does not say.
float metadata_number(const Weights& weights, const std::string& key, float otherwise) {
  const auto text = weights.metadata(key);
  if (!text) return otherwise;
  float value = 0;
  const auto [end, problem] = std::from_chars(text->data(), text->data() + text->size(), value);
  if (problem != std::errc() || end != text->data() + text->size() || !std::isfinite(value)) {
    throw Error(ErrorKind::damaged, weights.source(), "its metadata '" + key + "' is no number: '" + *text + "'");
  }
  return value;
}

int render_factor_of(const Weights& weights, int otherwise) {
  const float factor = metadata_number(weights, "render_factor", static_cast<float>(otherwise));
  const bool sound =
      factor >= smallest_render_factor && factor <= largest_render_factor && factor == std::floor(factor);
  if (!sound)
    throw Error(ErrorKind::damaged, weights.source(),
                "its metadata 'render_factor' is not a whole number from 8 to 64");
  return static_cast<int>(factor);
}

// The second version of lite saw photographs that had been made small and large again, and little that had faded. Measured on free
// pictures (weights/builtin/README.md); a file may say otherwise.
constexpr float lite_input_blur = 1;
constexpr float lite_least_input_range = 140;

Generator build_lite(const Weights& weights) {
  Generator generator;
  generator.name = "lite";
  generator.size_multiple = 32;
  generator.default_render_factor = render_factor_of(weights, 16);
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
  const std::span<const float> stored = weights.values("swatches", {count, 2});
  for (std::size_t chroma = 0; chroma < 2; ++chroma) {
    for (std::size_t i = chroma; i < stored.size(); i += 2) generator.swatches.push_back(stored[i]);
  }
  generators::Layers layers(generator.graph, weights);
  generator.graph.set_output(generators::lite(layers, generator.graph.input(1), generator.swatches, temperature));
  return generator;
}

// Grey as RGB, as ImageNet's photographs are given to networks (torchvision's mean and deviation, of 0 to 1 a channel), and RGB in the same
// numbers out.
Encoding imagenet_encoding() {
  constexpr float white = 255;
  Encoding encoding{.input_channels = 3, .colours = kernels::Colours::rgb};
  encoding.output.mean = {0.485F, 0.456F, 0.406F};
  encoding.output.deviation = {0.229F, 0.224F, 0.225F, 1};
  encoding.input = encoding.output;
  encoding.input.unit = white;
  return encoding;
}

Generator build_unet(const Weights& weights, generators::UpBlockDepth depth) {
  const bool wide = depth == generators::UpBlockDepth::wide;
  Generator generator;
  generator.name = wide ? "wide" : "deep";
  generator.encoding = imagenet_encoding();
  generator.default_render_factor = render_factor_of(weights, wide ? 21 : 35);
  generators::Layers layers(generator.graph, weights);
  generator.graph.set_output(generators::unet(layers, generator.graph.input(3), depth));
  return generator;
}

Generator build(const Weights& weights) {
  if (weights.contains("encoder.stem.weight")) return build_lite(weights);
  if (weights.contains("layers.4.conv.0.weight")) return build_unet(weights, generators::UpBlockDepth::wide);
  if (weights.contains("layers.4.conv1.0.weight")) return build_unet(weights, generators::UpBlockDepth::deep);
  if (weights.contains("layers.4.conv.0.weight_orig") || weights.contains("layers.4.conv1.0.weight_orig")) {
    throw Error(ErrorKind::unsupported, weights.source(),
                "holds a DeOldify checkpoint as it was trained, with its norms not yet folded");
  }
  throw Error(ErrorKind::unsupported, weights.source(), "holds no generator that is known here",
              "known are lite and DeOldify's wide and deep");
}

}  // namespace

Generator build_generator(std::shared_ptr<const Weights> weights) {
  Generator generator = build(*weights);
  generator.weights = std::move(weights);
  return generator;
}

int input_side(const Generator& generator, int render_factor) {
  if (render_factor < smallest_render_factor || render_factor > largest_render_factor) {
    throw Error(ErrorKind::invalid, "render factor " + std::to_string(render_factor),
                "is not in the range that the generators take", "choose one from 8 to 64");
  }
  const int side = 16 * render_factor;
  return (side + generator.size_multiple - 1) / generator.size_multiple * generator.size_multiple;
}

}  // namespace colourize
