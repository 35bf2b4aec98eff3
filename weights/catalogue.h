// The generators that a person can name: built in, installed, published.
#pragma once

#include <cstdint>
#include <filesystem>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "weights/weights.h"

namespace colourize::weights {

constexpr std::string_view builtin_name = "lite";

std::uintmax_t builtin_bytes();

// A DeOldify checkpoint as its authors published it (jantic/DeOldify, MIT).
struct PublishedModel {
  std::string_view name;  // the short name, and that of the installed file
  std::string_view file;
  std::uintmax_t bytes;
  std::string_view sha256;
  // Whether the sum comes from the file's own Git LFS pointer. Otherwise other programs quote it, and a mismatch proves
  // little.
  bool sum_is_certain;
  std::string_view generator;  // "wide" or "deep"
  std::string_view good_for;
};
std::span<const PublishedModel> published_models();

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

// "lite": the built-in generator; the name of an installed one; otherwise the path of a .safetensors file. Throws Error
// that says what to do when it is none of these.
std::shared_ptr<const Weights> open_model(const std::string& name_or_path, const std::filesystem::path& folder);

}  // namespace colourize::weights
