// The generators that a person can name: built in, installed or published.
#pragma once

#include <cstdint>
#include <filesystem>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "weights/models/table.h"
#include "weights/weights.h"

namespace colourize::weights {

// The size of the built-in generator's weights, in bytes.
std::uintmax_t builtin_bytes();

// A published checkpoint of the model `generator`.
struct PublishedModel : PublishedFile {
  std::string_view generator;  // the model's name
};
// The published checkpoints of all models, in the models' order.
std::span<const PublishedModel> published_models();

// The published file with this size in bytes and this SHA-256 in lower-case hexadecimal; nullptr where there is none.
const PublishedModel* recognise_published(std::uintmax_t bytes, std::string_view sha256);

// A remark for people about a file with this size and checksum: it is a published file, or it only has the size of one.
// Empty where there is nothing to say.
std::string published_remark(std::uintmax_t bytes, std::string_view sha256);

// The folder of installed weights: `given` where it is not empty, otherwise $XDG_DATA_HOME/colourize/models. Without
// that variable it is ~/.local/share/colourize/models. The folder need not exist.
std::filesystem::path models_folder(const std::filesystem::path& given = {});

// A file NAME.safetensors in the models folder.
struct InstalledModel {
  std::string name;
  std::filesystem::path path;
  std::uintmax_t bytes = 0;
};
std::vector<InstalledModel> installed_models(const std::filesystem::path& folder);

// True where open_model() would open something: the name is built in or installed, or a file has this path.
bool is_model(const std::string& name_or_path, const std::filesystem::path& folder);

// Opens the built-in generator by its name, an installed one by its name, or a .safetensors file by its path. Throws
// Error that says what to do where it is none of these.
std::shared_ptr<const Weights> open_model(const std::string& name_or_path, const std::filesystem::path& folder);

}  // namespace colourize::weights
