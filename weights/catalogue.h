// The generators that a person can name: built in, installed, published.
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

// The size of the built-in generator's weights.
std::uintmax_t builtin_bytes();

// A published checkpoint, of the model `generator`.
struct PublishedModel : PublishedFile {
  std::string_view generator;  // the model's name
};
// Of all models, in their order.
std::span<const PublishedModel> published_models();

// The published file that has this size in bytes and this SHA-256 in lower-case hexadecimal; nullptr when none has.
const PublishedModel* recognise_published(std::uintmax_t bytes, std::string_view sha256);

// What to tell a person about a file of this size and sum: that it is a published one, or that it only has the size of
// one. Empty when there is nothing to tell.
std::string published_remark(std::uintmax_t bytes, std::string_view sha256);

// Where installed weights lie: `given` where it is not empty, otherwise $XDG_DATA_HOME/colourize/models, which is
// ~/.local/share/colourize/models if not set. It need not exist.
std::filesystem::path models_folder(const std::filesystem::path& given = {});

// The files NAME.safetensors in a folder, by name.
struct InstalledModel {
  std::string name;
  std::filesystem::path path;
  std::uintmax_t bytes = 0;
};
std::vector<InstalledModel> installed_models(const std::filesystem::path& folder);

// The built-in generator's name; the name of an installed one; otherwise the path of a .safetensors file. Throws Error
// that says what to do when it is none of these.
std::shared_ptr<const Weights> open_model(const std::string& name_or_path, const std::filesystem::path& folder);

}  // namespace colourize::weights
