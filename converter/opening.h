// A model by what a person calls it.
#pragma once

#include <filesystem>
#include <functional>
#include <memory>
#include <string>

#include "converter/convert.h"
#include "weights/weights.h"

namespace colourize::converter {

struct OpenOptions {
  std::filesystem::path folder;  // where installed models lie; see weights::models_folder()
  std::string version;           // as ConvertOptions has it
  // Around a conversion, which may take a minute: both are called with the checkpoint, `converted` also with the file
  // that is kept.
  std::function<void(const std::filesystem::path& checkpoint)> converting;
  std::function<void(const std::filesystem::path& checkpoint, const std::filesystem::path& kept,
                     const Conversion& result)>
      converted;
};

// What weights::open_model() takes, or the path of a checkpoint of torch.save's, which is converted once: the result is
// kept in the folder's "converted", by the checkpoint's name, size and time, so that a changed file is converted again.
// Throws Error as weights::open_model() and convert() do.
std::shared_ptr<const weights::Weights> open_model(const std::string& name_or_path, const OpenOptions& options);

// Makes the folder and those above it. Throws Error when that is not possible.
void make_models_folder(const std::filesystem::path& folder);

}  // namespace colourize::converter
