#include "apps/colourize/infer.h"

#include <spdlog/fmt/fmt.h>

#include <nlohmann/json.hpp>

#include "apps/colourize/console.h"
#include "apps/colourize/models.h"
#include "apps/colourize/warnings.h"
#include "engine/device.h"
#include "engine/generators/generator.h"
#include "engine/graph/batches.h"
#include "system/error.h"

namespace colourize::apps {
namespace {

Tensor read_input(const weights::Weights& file, const Generator& generator) {
  if (!file.contains("input")) throw Error(ErrorKind::invalid, file.source(), "has no tensor 'input'");
  const weights::Dimensions& shape = file.shape("input");
  const std::int64_t multiple = generator.size_multiple;
  const bool fits = shape.size() == 4 && shape[0] >= 1 && shape[1] == generator.input_channels() &&
                    shape[2] >= multiple && shape[3] >= multiple && shape[2] % multiple == 0 &&
                    shape[3] % multiple == 0;
  if (!fits) {
    throw Error(ErrorKind::invalid, file.source(),
                fmt::format("its tensor 'input' is {} where {} takes N x {} x S x S, S a multiple of {}",
                            weights::to_string(shape), generator.name, generator.input_channels(), multiple));
  }
  return from_nchw(file.values("input"), {shape[0], shape[2], shape[3], shape[1]});
}

}  // namespace

int infer(const InferArguments& arguments) {
  Console console(arguments.common.json, arguments.common.quiet);
  for (const std::filesystem::path& source : {arguments.input, std::filesystem::path(arguments.common.model)}) {
    std::error_code ignored;
    if (std::filesystem::equivalent(source, arguments.output, ignored)) {
      throw Error(ErrorKind::invalid, arguments.output.string(), "is a source itself", "choose another output with -o");
    }
  }
  const Generator generator = build_generator(open_model(arguments.common));
  const auto backend = open_device(arguments.common.device, arguments.common.backend_options(), terminal_warnings());
  const Tensor input = read_input(*weights::Weights::open(arguments.input), generator);

  graph::Executor executor(generator.graph, *backend);
  executor.set_progress([&](double fraction) { console.progress("", "", fmt::format("{:.0f}%", 100 * fraction)); });
  const Tensor output = graph::run_in_batches(executor, input, terminal_warnings());

  const kernels::Shape& shape = output.shape();
  const weights::Dimensions dimensions{shape.n, shape.c, shape.h, shape.w};
  weights::SafetensorsWriter writer(arguments.output, {{"output", weights::DataType::f32, dimensions}},
                                    {{"generator", generator.name}, {"device", std::string(backend->name())}});
  const std::vector<float> values = to_nchw(output);
  writer.append(std::as_bytes(std::span(values)));
  writer.commit();
  console.line(
      fmt::format("{} -> {}  {}", arguments.input.string(), arguments.output.string(), weights::to_string(dimensions)));
  console.object(
      {{"source", arguments.input}, {"target", arguments.output}, {"status", "done"}, {"shape", dimensions}});
  return 0;
}

}  // namespace colourize::apps
