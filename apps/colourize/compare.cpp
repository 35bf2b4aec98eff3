#include "apps/colourize/compare.h"

#include <spdlog/fmt/fmt.h>

#include <cmath>

#include <nlohmann/json.hpp>

#include "apps/colourize/console.h"
#include "apps/colourize/models.h"
#include "apps/colourize/warnings.h"
#include "engine/device.h"
#include "engine/generators/generator.h"
#include "engine/graph/comparison.h"
#include "engine/photo/decode.h"
#include "engine/photo/host_steps.h"
#include "engine/photo/wide_gamut.h"

namespace colourize::apps {
namespace {

// JSON has no infinity.
nlohmann::json number(double value) {
  return std::isfinite(value) ? nlohmann::json(value) : nlohmann::json("infinite");
}

}  // namespace

int compare_devices(const CompareArguments& arguments) {
  Console console(arguments.common.json, arguments.common.quiet);
  const Generator generator = build_generator(open_model(arguments.common));
  const auto device = open_device(arguments.common.device, arguments.common.backend_options(), terminal_warnings());
  // Rounds what it multiplies as the device does, so that what is left is the device's own error.
  kernels::BackendOptions alike = arguments.common.backend_options();
  if (device->activation_type() == kernels::Type::float16 && arguments.against == "reference") {
    alike.precision = kernels::Precision::float16;
  }
  const auto against = open_device(arguments.against, alike, terminal_warnings());
  const int side = input_side(generator, arguments.render_factor.value_or(generator.default_render_factor));
  const Tensor square =
      photo::generator_input(photo::as_srgb(photo::decode(arguments.input, {}, terminal_warnings())), generator, side);

  // Values many times the root mean square are rounded to float16 by 2^-11 of themselves, again and again.
  const bool half = device->activation_type() == kernels::Type::float16;
  const double tolerance = arguments.tolerance.value_or(half ? 0.1 : 1e-3);

  std::string first_beyond;
  console.line(
      fmt::format("{:<40} {:<16} {:>16} {:>11} {:>11} {:>11}", "layer", "kind", "shape", "max", "mean", "relative"));
  graph::compare(generator.graph, *device, *against, square, [&](const graph::LayerDifference& layer) {
    const bool beyond = layer.relative > tolerance;
    if (beyond && first_beyond.empty()) first_beyond = layer.name;
    console.line(fmt::format("{:<40} {:<16} {:>16} {:11.3g} {:11.3g} {:11.3g}{}", layer.name, layer.kind,
                             shape_text(layer.shape), layer.largest, layer.mean, layer.relative,
                             beyond ? "  beyond" : ""));
    console.object({{"layer", layer.name},
                    {"kind", layer.kind},
                    {"shape", {layer.shape.n, layer.shape.h, layer.shape.w, layer.shape.c}},
                    {"max", number(layer.largest)},
                    {"mean", number(layer.mean)},
                    {"relative", number(layer.relative)},
                    {"beyond", beyond}});
  });
  const std::string devices = fmt::format("{} against {}", device->name(), against->name());
  if (first_beyond.empty()) {
    console.line(fmt::format("{}: every layer within {:g} of its values' root mean square", devices, tolerance));
  } else {
    console.line(fmt::format("{}: {} is the first layer beyond {:g} of its values' root mean square", devices,
                             first_beyond, tolerance));
  }
  console.object({{"device", std::string(device->name())},
                  {"against", std::string(against->name())},
                  {"generator", generator.name},
                  {"side", side},
                  {"tolerance", tolerance},
                  {"first_beyond", first_beyond.empty() ? nlohmann::json() : nlohmann::json(first_beyond)}});
  return first_beyond.empty() ? 0 : 1;
}

}  // namespace colourize::apps
