// Opens a model by the name that a person gives.
#pragma once

#include <filesystem>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "converter/convert.h"
#include "weights/recipes.h"
#include "weights/weights.h"

namespace colourize::converter {

struct OpenOptions {
  std::filesystem::path folder;  // folder of installed models; see weights::models_folder()
  std::string version;           // as in ConvertOptions
  // Called before and after a conversion, which may take a minute. Both receive the checkpoint; `converted` also
  // receives the file that is kept.
  std::function<void(const std::filesystem::path& checkpoint)> converting;
  std::function<void(const std::filesystem::path& checkpoint, const std::filesystem::path& kept,
                     const Conversion& result)>
      converted;
};

// Takes what weights::open_model() takes, or the path of a checkpoint of torch.save. It converts a checkpoint once and
// keeps the result in the folder's "converted", under the checkpoint's name, size and time, so that it converts a
// changed file again. Throws Error as weights::open_model() and convert() do.
std::shared_ptr<const weights::Weights> open_model(const std::string& name_or_path, const OpenOptions& options);

// Opens each of the models that weights::named_models() finds in the text. Throws Error as both do.
std::vector<weights::OpenedModel> open_models(const std::string& text, const OpenOptions& options);

// Makes the folder and its parents. Throws Error where that is not possible.
void make_models_folder(const std::filesystem::path& folder);

}  // namespace colourize::converter
