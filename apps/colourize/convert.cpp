#include "apps/colourize/convert.h"

#include <spdlog/fmt/fmt.h>

#include <nlohmann/json.hpp>

#include "apps/colourize/console.h"
#include "colourize/colourize.hpp"
#include "converter/convert.h"
#include "system/error.h"
#include "weights/catalogue.h"

namespace colourize::apps {
namespace {

namespace fs = std::filesystem;

// NAME.pth -> NAME.safetensors beside it.
fs::path target_of(const ConvertArguments& arguments) {
  fs::path target = arguments.input;
  target = arguments.output ? *arguments.output : target.replace_extension(".safetensors");
  std::error_code ignored;
  if (fs::equivalent(arguments.input, target, ignored)) {
    throw Error(ErrorKind::invalid, target.string(), "is the source itself", "choose another output with -o");
  }
  return target;
}

}  // namespace

int convert_checkpoint(const ConvertArguments& arguments) {
  Console console(arguments.json, arguments.quiet);
  const fs::path target = target_of(arguments);
  const std::string name = arguments.input.filename().string();
  const converter::Conversion result = converter::convert(
      arguments.input, target,
      {.half = arguments.half, .version = "colourize " + version(), .progress = [&](double fraction) {
         console.progress("", name, fmt::format("  {:.0f}%", 100 * fraction));
       }});
  if (arguments.verbose) {
    for (const std::string& global : result.globals)
      console.line("named in the pickle, neither imported nor called: " + global);
  }
  console.line(fmt::format("{} -> {}  generator {}, {} tensors, SHA-256 of the source {}", arguments.input.string(),
                           target.string(), result.generator, result.tensors, result.sha256));
  const weights::PublishedModel* published = weights::recognise_published(result.bytes, result.sha256);
  const std::string remark = weights::published_remark(result.bytes, result.sha256);
  if (!remark.empty()) console.line(name + ": " + remark);
  console.object({{"source", arguments.input},
                  {"target", target},
                  {"status", "done"},
                  {"generator", result.generator},
                  {"container", result.container},
                  {"tensors", result.tensors},
                  {"source_bytes", result.bytes},
                  {"source_sha256", result.sha256},
                  {"published", published != nullptr ? nlohmann::json(published->name) : nlohmann::json()},
                  {"remark", remark},
                  {"globals", result.globals},
                  {"peak_memory_bytes", peak_memory_bytes()}});
  return 0;
}

}  // namespace colourize::apps
