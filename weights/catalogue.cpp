#include "weights/catalogue.h"

#include <algorithm>
#include <array>
#include <cstdlib>

#include "system/error.h"
#include "weights/builtin/builtin.h"

namespace colourize::weights {
namespace {

namespace fs = std::filesystem;

constexpr std::string_view ending = ".safetensors";

// The mirrors, none of them tried from the build machine, which has no way to the internet:
// - data.deepai.org and the Dropbox folder are the homes that the authors' README names. Stable moved within Dropbox once
//   (jantic/DeOldify#445); Video and Artistic left Dropbox for good (#277, #294), so their old addresses are not here.
// - huggingface.co/spensercai/DeOldify is where SpenserCai/sd-webui-deoldify fetches all three from.
// - huggingface.co/thookham/DeOldify is a fork's; its download script expects the same three sums.
// All have moved before and may again: what arrives is held against size and sum.
constexpr std::array<PublishedModel, 3> published{{
    {"video",
     "ColorizeVideo_gen.pth",
     874066230,
     "e3d98bb6a222354c79f95485c2f078a89dc724e9183662506d9e0f5aafac83ad",
     true,
     "wide",
     "films: the steadiest; render factor 21",
     {"https://data.deepai.org/deoldify/ColorizeVideo_gen.pth",
      "https://huggingface.co/spensercai/DeOldify/resolve/main/ColorizeVideo_gen.pth",
      "https://huggingface.co/thookham/DeOldify/resolve/main/ColorizeVideo_gen.pth"}},
    {"stable",
     "ColorizeStable_gen.pth",
     874066230,
     "ca9cd7f43fb8b222c9a70f7b292e305a000694b0ff9d2ae4a6747b1a2e1ee5af",
     true,
     "wide",
     "landscapes and portraits; render factor 35",
     {"https://www.dropbox.com/s/axsd2g85uyixaho/ColorizeStable_gen.pth?dl=1",
      "https://huggingface.co/spensercai/DeOldify/resolve/main/ColorizeStable_gen.pth",
      "https://huggingface.co/thookham/DeOldify/resolve/main/ColorizeStable_gen.pth"}},
    {"artistic",
     "ColorizeArtistic_gen.pth",
     255144681,
     "3f750246fa220529323b85a8905f9b49c0e5d427099185334d048fb5b5e22477",
     false,
     "deep",
     "the most vivid colours; render factor 35",
     {"https://data.deepai.org/deoldify/ColorizeArtistic_gen.pth",
      "https://huggingface.co/spensercai/DeOldify/resolve/main/ColorizeArtistic_gen.pth",
      "https://huggingface.co/thookham/DeOldify/resolve/main/ColorizeArtistic_gen.pth"}},
}};

}  // namespace

std::uintmax_t builtin_bytes() {
  return builtin_lite().size();
}

std::span<const PublishedModel> published_models() {
  return published;
}

const PublishedModel* recognise_published(std::uintmax_t bytes, std::string_view sha256) {
  const auto* known = std::ranges::find_if(
      published, [&](const PublishedModel& model) { return model.bytes == bytes && model.sha256 == sha256; });
  return known == published.end() ? nullptr : known;
}

std::string published_remark(std::uintmax_t bytes, std::string_view sha256) {
  if (const PublishedModel* known = recognise_published(bytes, sha256)) {
    return "this is the published " + std::string(known->file);
  }
  std::string names;
  bool certain = true;
  for (const PublishedModel& model : published) {
    if (model.bytes != bytes) continue;
    names += (names.empty() ? "" : " and ") + std::string(model.file);
    certain = certain && model.sum_is_certain;
  }
  if (names.empty()) return {};
  if (!certain) {
    return "this has the size of the published " + names +
           " but not the sha256 that other programs quote for it: it may be another file";
  }
  return "this has the size of the published " + names + " but another sha256: it is not the published file";
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
    if (it->path().extension() != ending || !it->is_regular_file(ignored)) continue;
    models.push_back({it->path().stem().string(), it->path(), it->file_size(ignored)});
  }
  std::ranges::sort(models, {}, &InstalledModel::name);
  return models;
}

std::shared_ptr<const Weights> open_model(const std::string& name_or_path, const fs::path& folder) {
  if (name_or_path == builtin_name) return Weights::builtin();
  std::error_code ignored;
  const bool plain_name = fs::path(name_or_path).filename() == name_or_path;
  const fs::path installed = folder / (name_or_path + std::string(ending));
  if (plain_name && fs::exists(installed, ignored)) return Weights::open(installed);
  if (fs::exists(name_or_path, ignored)) return Weights::open(name_or_path);
  const auto* known = std::ranges::find(published, name_or_path, &PublishedModel::name);
  if (known != published.end()) {
    throw Error(ErrorKind::not_found, "model " + name_or_path, "is not installed in " + folder.string(),
                "colourize models fetch " + std::string(known->name) + " downloads and installs it");
  }
  throw Error(ErrorKind::not_found, "model " + name_or_path, "is neither built in, nor installed, nor a file",
              "colourize models lists what there is");
}

}  // namespace colourize::weights
