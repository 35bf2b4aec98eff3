#include "weights/catalogue.h"

#include <algorithm>
#include <cstdlib>

#include "system/error.h"
#include "weights/builtin/builtin.h"

namespace colourize::weights {
namespace {

namespace fs = std::filesystem;

constexpr std::string_view weights_extension = ".safetensors";

// The file of an installed model; empty where none has this name.
fs::path installed_file(const std::string& name, const fs::path& folder) {
  if (fs::path(name).filename() != name) return {};
  fs::path file = folder / (name + std::string(weights_extension));
  std::error_code ignored;
  return fs::exists(file, ignored) ? file : fs::path();
}

}  // namespace

std::uintmax_t builtin_bytes() {
  return builtin_lite().size();
}

std::span<const PublishedModel> published_models() {
  static const std::vector<PublishedModel> published = [] {
    std::vector<PublishedModel> all;
    for (const Model* model : all_models()) {
      for (const PublishedFile& file : model->published) all.push_back({file, model->name});
    }
    return all;
  }();
  return published;
}

const PublishedModel* recognise_published(std::uintmax_t bytes, std::string_view sha256) {
  const auto published = published_models();
  const auto known = std::ranges::find_if(
      published, [&](const PublishedModel& model) { return model.bytes == bytes && model.sha256 == sha256; });
  return known == published.end() ? nullptr : &*known;
}

std::string published_remark(std::uintmax_t bytes, std::string_view sha256) {
  if (const PublishedModel* known = recognise_published(bytes, sha256)) {
    return "this is the published " + std::string(known->file);
  }
  std::string names;
  bool certain = true;
  for (const PublishedModel& model : published_models()) {
    if (model.bytes != bytes) continue;
    names += (names.empty() ? "" : " and ") + std::string(model.file);
    certain = certain && model.checksum_is_certain;
  }
  if (names.empty()) return {};
  if (!certain) {
    return "this has the size of the published " + names +
           " but not the SHA-256 that other programs quote for it: it may be another file";
  }
  return "this has the size of the published " + names + " but another SHA-256: it is not the published file";
}

fs::path models_folder(const fs::path& given) {
  if (!given.empty()) return given;
  const char* data = std::getenv("XDG_DATA_HOME");  // NOLINT(concurrency-mt-unsafe): nobody sets it
  if (data != nullptr && *data == '/') return fs::path(data) / "colourize" / "models";
  const char* home = std::getenv("HOME");  // NOLINT(concurrency-mt-unsafe)
  return fs::path(home != nullptr ? home : "/") / ".local" / "share" / "colourize" / "models";
}

std::vector<InstalledModel> installed_models(const fs::path& folder) {
  std::vector<InstalledModel> models;
  std::error_code problem;
  for (fs::directory_iterator it(folder, problem), end; !problem && it != end; it.increment(problem)) {
    std::error_code ignored;
    if (it->path().extension() != weights_extension || !it->is_regular_file(ignored)) continue;
    models.push_back({it->path().stem().string(), it->path(), it->file_size(ignored)});
  }
  std::ranges::sort(models, {}, &InstalledModel::name);
  return models;
}

bool is_model(const std::string& name_or_path, const fs::path& folder) {
  std::error_code ignored;
  return name_or_path == builtin_model().name || !installed_file(name_or_path, folder).empty() ||
         (fs::exists(name_or_path, ignored) && !fs::is_directory(name_or_path, ignored));
}

std::shared_ptr<const Weights> open_model(const std::string& name_or_path, const fs::path& folder) {
  if (name_or_path == builtin_model().name) return Weights::builtin();
  if (const fs::path installed = installed_file(name_or_path, folder); !installed.empty()) {
    return Weights::open(installed);
  }
  std::error_code ignored;
  if (fs::exists(name_or_path, ignored)) return Weights::open(name_or_path);
  const auto published = published_models();
  const auto known = std::ranges::find(published, name_or_path, &PublishedModel::name);
  if (known != published.end()) {
    throw Error(ErrorKind::not_found, "model " + name_or_path, "is not installed in " + folder.string(),
                "colourize models fetch " + std::string(known->name) + " downloads and installs it");
  }
  throw Error(ErrorKind::not_found, "model " + name_or_path, "is neither built in, nor installed, nor a file",
              "colourize models lists what there is");
}

}  // namespace colourize::weights
