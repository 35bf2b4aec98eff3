#include "apps/colourize/models.h"

#include <spdlog/fmt/fmt.h>

#include <algorithm>

#include <nlohmann/json.hpp>

#include "apps/colourize/console.h"
#include "colourize/colourize.hpp"
#include "converter/opening.h"
#include "system/error.h"
#include "system/lists.h"
#include "weights/catalogue.h"

namespace colourize::apps {
namespace {

namespace fs = std::filesystem;

constexpr double megabyte = 1e6;

// What a conversion found out, for people and machines.
void print_conversion(Console& console, const fs::path& checkpoint, const fs::path& kept,
                      const converter::Conversion& result) {
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
}

std::string host_of(std::string_view address) {
  constexpr std::string_view scheme = "https://";
  return std::string(address.substr(scheme.size(), address.find('/', scheme.size()) - scheme.size()));
}

// One line of the list.
struct ModelRow {
  std::string name;
  std::string state;
  std::string generator;
  std::uintmax_t bytes = 0;
  std::string remark;
  nlohmann::json more = nlohmann::json::object();  // what only machines get
};

void print(Console& console, const ModelRow& row) {
  // An ensemble has no size of its own.
  const std::string size =
      row.bytes > 0 ? fmt::format("{:.1f} MB", static_cast<double>(row.bytes) / megabyte) : std::string();
  console.line(fmt::format("{:<17} {:<10} {:<8} {:>10}  {}", row.name, row.state, row.generator, size, row.remark));
  nlohmann::json object{{"name", row.name},
                        {"state", row.state},
                        {"generator", row.generator},
                        {"bytes", row.bytes},
                        {"remark", row.remark}};
  object.update(row.more);
  console.object(object);
}

// Anything may stand in a file's name and metadata: machines get it as it is, a terminal only what is printable.
ModelRow installed_row(const weights::InstalledModel& model) {
  ModelRow row{.name = printable(model.name),
               .state = "installed",
               .generator = "unknown",
               .bytes = model.bytes,
               .remark = printable(model.path.string())};
  row.more["path"] = model.path;
  try {
    const auto weights = weights::Weights::open(model.path);
    const auto text = [&](const char* key) { return weights->metadata(key).value_or(""); };
    if (const weights::Model* known = weights::recognise(*weights)) row.generator = known->name;
    const std::string file = text("source_file");
    const std::string checksum = text("source_sha256");
    const std::string version = text("converter");
    constexpr std::size_t first_digits = 12;
    if (!file.empty()) row.remark += ", from " + printable(file);
    if (!checksum.empty()) row.remark += ", SHA-256 " + printable(checksum.substr(0, first_digits));
    if (!version.empty()) row.remark += ", by " + printable(version);
    row.more["source_file"] = file;
    row.more["source_sha256"] = checksum;
    row.more["converter"] = version;
  } catch (const Error&) {
    row.generator = "damaged";
  }
  return row;
}

ModelRow builtin_row(const weights::Model& model) {
  return {.name = std::string(model.name),
          .state = "built in",
          .generator = std::string(model.name),
          .bytes = weights::builtin_bytes(),
          .remark = fmt::format("{}; {}", model.built_in->good_for, model.built_in->licence),
          .more = {{"licence", model.built_in->licence}}};
}

ModelRow published_row(const weights::PublishedModel& model) {
  return {.name = std::string(model.name),
          .state = "published",
          .generator = std::string(model.generator),
          .bytes = model.bytes,
          .remark = fmt::format("{}: {}; {}, at {}", model.file, model.good_for, model.licence,
                                host_of(model.mirrors.front())),
          .more = {{"file", model.file},
                   {"sha256", model.sha256},
                   {"licence", model.licence},
                   {"home", model.home},
                   {"mirrors", std::vector(model.mirrors.begin(), model.mirrors.end())}}};
}

// An ensemble with a name: what it is made of, and what of it must still be fetched.
ModelRow recipe_row(const weights::Recipe& recipe, const fs::path& folder) {
  std::vector<std::string> missing;
  for (const weights::NamedModel& model : weights::named_models(std::string(recipe.models), folder)) {
    if (!weights::is_model(model.name_or_path, folder)) missing.push_back(model.name_or_path);
  }
  return {.name = std::string(recipe.name),
          .state = "ensemble",
          .generator = "several",
          .bytes = 0,
          .remark = fmt::format("{}; {}{}", recipe.models, recipe.good_for,
                                missing.empty() ? "" : "; not installed: " + listed(missing, "and")),
          .more = {{"models", recipe.models}, {"missing", missing}}};
}

}  // namespace

std::string program_name() {
  return "colourize " + version();
}

std::vector<weights::OpenedModel> open_models(const CommonArguments& arguments) {
  Console console(arguments.json, arguments.quiet);
  return converter::open_models(
      arguments.model,
      {.folder = weights::models_folder(arguments.models_dir),
       .version = program_name(),
       .converting =
           [&](const fs::path& checkpoint) { console.progress("converting ", checkpoint.string(), ", once"); },
       .converted = [&](const fs::path& checkpoint, const fs::path& kept,
                        const auto& result) { print_conversion(console, checkpoint, kept, result); }});
}

std::shared_ptr<const weights::Weights> open_model(const CommonArguments& arguments) {
  const std::vector<weights::OpenedModel> models = open_models(arguments);
  if (models.size() == 1) return models.front().weights;
  throw Error(ErrorKind::unsupported, "model " + arguments.model, "is several generators, where one is needed",
              "choose one of them");
}

int list_models(const ModelsArguments& arguments) {
  Console console(arguments.json, false);
  const fs::path folder = weights::models_folder(arguments.models_dir);
  print(console, builtin_row(weights::builtin_model()));
  const auto installed = weights::installed_models(folder);
  for (const weights::InstalledModel& model : installed) print(console, installed_row(model));
  for (const weights::PublishedModel& model : weights::published_models()) {
    if (std::ranges::find(installed, model.name, &weights::InstalledModel::name) != installed.end()) continue;
    print(console, published_row(model));
  }
  for (const weights::Recipe& recipe : weights::recipes()) print(console, recipe_row(recipe, folder));
  console.line("installed models are in " + folder.string() + "; colourize models fetch NAME installs a published one");
  return 0;
}

}  // namespace colourize::apps
