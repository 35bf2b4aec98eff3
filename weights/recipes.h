// Ensembles of models: how a person names one, and those that have a name of their own.
#pragma once

#include <cstddef>
#include <filesystem>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "weights/weights.h"

namespace colourize::weights {

// The most models that colour one picture together.
constexpr std::size_t most_members = 4;

// An ensemble with a name.
struct Recipe {
  std::string_view name;
  std::string_view models;  // as named_models() takes them
  std::string_view good_for;
};
std::span<const Recipe> recipes();

// A model of an ensemble by its name, and its part in the mean in proportion to the others' parts.
struct NamedModel {
  std::string name_or_path;
  float share = 1;
};

// Returns the models that a person means: one model; a recipe; or up to most_members names with + between them, each
// with its share after a colon or with the share 1: "stable+ddcolor", "stable:0.4+ddcolor:0.6". A name that is built
// in, installed in `folder`, or a file's path is that model, whatever characters it has. A model that comes twice comes
// once, with both shares. Throws Error where a name is missing, a share is not a number above 0, or there are too many
// models.
std::vector<NamedModel> named_models(const std::string& text, const std::filesystem::path& folder);

// The same, opened.
struct OpenedModel {
  std::shared_ptr<const Weights> weights;
  float share = 1;
};

}  // namespace colourize::weights
