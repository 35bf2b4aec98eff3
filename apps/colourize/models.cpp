#include "apps/colourize/models.h"

#include <spdlog/fmt/fmt.h>

#include <algorithm>

#include <nlohmann/json.hpp>

#include "apps/colourize/console.h"
#include "converter/convert.h"
#include "system/error.h"
#include "weights/catalogue.h"

namespace colourize::apps {
namespace {

namespace fs = std::filesystem;

constexpr double megabyte = 1e6;

// Where a checkpoint's converted weights are kept: by its name, size and time, so that another file of its name is
// converted anew.
fs::path kept_conversion(const fs::path& checkpoint, const fs::path& folder) {
  const auto time = fs::last_write_time(checkpoint).time_since_epoch().count();
  return folder / "converted" /
         fmt::format("{}-{}-{}.safetensors", checkpoint.stem().string(), fs::file_size(checkpoint), time);
}

fs::path convert_once(const fs::path& checkpoint, const fs::path& folder, bool json, bool quiet) {
  const fs::path kept = kept_conversion(checkpoint, folder);
  if (fs::exists(kept)) return kept;
  std::error_code problem;
  fs::create_directories(kept.parent_path(), problem);
  if (problem)
    throw Error(kept.parent_path().string(), "cannot be created: " + problem.message(), "choose another --models-dir");
  Console console(json, quiet);
  console.progress(fmt::format("converting {}, once", checkpoint.string()));
  const converter::Conversion result =
      converter::convert(checkpoint, kept, {.version = "colourize " COLOURIZE_VERSION});
  console.clear_progress();
  const weights::PublishedModel* published = weights::recognise_published(result.bytes, result.sha256);
  const std::string remark = weights::published_remark(result.bytes, result.sha256);
  if (!remark.empty()) console.line(checkpoint.string() + ": " + remark);
  console.object({{"source", checkpoint},
                  {"target", kept},
                  {"status", "converted"},
                  {"source_sha256", result.sha256},
                  {"published", published != nullptr ? nlohmann::json(published->name) : nlohmann::json()},
                  {"remark", remark}});
  return kept;
}

std::string generator_of(const weights::InstalledModel& model) {
  try {
    const auto name = weights::Weights::open(model.path)->metadata("generator");
    // Anything may stand there; only what we know is shown.
    return name && (*name == "lite" || *name == "wide" || *name == "deep") ? *name : "unknown";
  } catch (const Error&) {
    return "damaged";
  }
}

}  // namespace

std::shared_ptr<const weights::Weights> open_model(const CommonArguments& arguments) {
  const fs::path folder = weights::models_folder(arguments.models_dir);
  std::error_code ignored;
  const bool file = fs::is_regular_file(arguments.model, ignored);
  if (file && converter::is_torch_file(arguments.model)) {
    return weights::Weights::open(convert_once(arguments.model, folder, arguments.json, arguments.quiet));
  }
  return weights::open_model(arguments.model, folder);
}

int list_models(const ModelsArguments& arguments) {
  Console console(arguments.json, false);
  const fs::path folder = weights::models_folder(arguments.models_dir);
  const auto row = [&](std::string_view name, std::string_view state, std::string_view generator, double bytes,
                       std::string_view remark) {
    console.line(fmt::format("{:<12} {:<10} {:<8} {:>7.1f} MB  {}", name, state, generator, bytes / megabyte, remark));
    console.object({{"name", name}, {"state", state}, {"generator", generator}, {"bytes", bytes}, {"remark", remark}});
  };
  row(weights::builtin_name, "built in", "lite", static_cast<double>(weights::builtin_bytes()),
      "fast; sky, grass, trees, skin, wood, stone");
  const auto installed = weights::installed_models(folder);
  for (const weights::InstalledModel& model : installed) {
    row(model.name, "installed", generator_of(model), static_cast<double>(model.bytes), model.path.string());
  }
  for (const weights::PublishedModel& model : weights::published_models()) {
    if (std::ranges::find(installed, model.name, &weights::InstalledModel::name) != installed.end()) continue;
    row(model.name, "published", model.generator, static_cast<double>(model.bytes),
        fmt::format("{}: {}", model.file, model.good_for));
  }
  console.line("installed ones lie in " + folder.string());
  return 0;
}

}  // namespace colourize::apps
