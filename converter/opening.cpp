#include "converter/opening.h"

#include <system_error>

#include "system/error.h"
#include "weights/catalogue.h"

namespace colourize::converter {
namespace {

namespace fs = std::filesystem;

fs::path kept_conversion(const fs::path& checkpoint, const fs::path& folder) {
  const auto time = fs::last_write_time(checkpoint).time_since_epoch().count();
  return folder / "converted" /
         (checkpoint.stem().string() + "-" + std::to_string(fs::file_size(checkpoint)) + "-" + std::to_string(time) +
          ".safetensors");
}

fs::path convert_once(const fs::path& checkpoint, const OpenOptions& options) {
  fs::path kept = kept_conversion(checkpoint, options.folder);
  if (fs::exists(kept)) return kept;
  make_models_folder(kept.parent_path());
  if (options.converting) options.converting(checkpoint);
  const Conversion result = convert(checkpoint, kept, {.version = options.version});
  if (options.converted) options.converted(checkpoint, kept, result);
  return kept;
}

}  // namespace

std::shared_ptr<const weights::Weights> open_model(const std::string& name_or_path, const OpenOptions& options) {
  std::error_code ignored;
  if (fs::is_regular_file(name_or_path, ignored) && is_torch_file(name_or_path)) {
    return weights::Weights::open(convert_once(name_or_path, options));
  }
  return weights::open_model(name_or_path, options.folder);
}

std::vector<weights::OpenedModel> open_models(const std::string& text, const OpenOptions& options) {
  std::vector<weights::OpenedModel> opened;
  for (const weights::NamedModel& model : weights::named_models(text, options.folder)) {
    opened.push_back({open_model(model.name_or_path, options), model.share});
  }
  return opened;
}

void make_models_folder(const fs::path& folder) {
  std::error_code problem;
  fs::create_directories(folder, problem);
  if (problem) {
    throw Error(kind_of_errno(problem), folder.string(), "cannot be created: " + problem.message(),
                "choose another folder for the models");
  }
}

}  // namespace colourize::converter
