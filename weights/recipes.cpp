#include "weights/recipes.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>
#include <optional>

#include "system/error.h"
#include "weights/catalogue.h"

namespace colourize::weights {
namespace {

namespace fs = std::filesystem;

[[noreturn]] void refuse(const std::string& text, const std::string& happened) {
  throw Error(ErrorKind::invalid, "model " + text, happened,
              "name up to " + std::to_string(most_members) + " models as NAME+NAME or NAME:SHARE+NAME:SHARE");
}

// None where the text is no number.
std::optional<float> number_of(std::string_view text) {
  float number = 0;
  const auto [end, problem] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (problem != std::errc() || end != text.data() + text.size()) return {};
  return number;
}

// "NAME" or "NAME:SHARE".
NamedModel part_of(const std::string& text, const std::string& part, const fs::path& folder) {
  const std::size_t colon = part.rfind(':');
  NamedModel model{.name_or_path = part};
  if (colon != std::string::npos && !is_model(part, folder)) {
    const std::optional<float> share = number_of(std::string_view(part).substr(colon + 1));
    if (!share || !std::isfinite(*share) || *share <= 0) {
      refuse(text, "has \"" + part.substr(colon + 1) + "\" where a share, a number above 0, must stand");
    }
    model = {part.substr(0, colon), *share};
  }
  if (model.name_or_path.empty()) refuse(text, "lacks a model's name");
  return model;
}

void add(std::vector<NamedModel>& models, const NamedModel& model) {
  const auto same = std::ranges::find(models, model.name_or_path, &NamedModel::name_or_path);
  if (same == models.end()) {
    models.push_back(model);
  } else {
    same->share += model.share;
  }
}

}  // namespace

std::span<const Recipe> recipes() {
  static constexpr std::array<Recipe, 2> all{
      {{.name = "best",
        .models = "stable+ddcolor+ddcolor-artistic",
        .good_for = "photos: the mean of three generators"},
       {.name = "film", .models = "video+ddcolor-artistic", .good_for = "films: the mean of two generators"}}};
  return all;
}

std::vector<NamedModel> named_models(const std::string& text, const fs::path& folder) {
  if (is_model(text, folder)) return {{.name_or_path = text}};
  const auto recipe = std::ranges::find(recipes(), text, &Recipe::name);
  if (recipe != recipes().end()) return named_models(std::string(recipe->models), folder);
  std::vector<NamedModel> models;
  for (std::size_t begin = 0; begin <= text.size();) {
    const std::size_t end = std::min(text.find('+', begin), text.size());
    add(models, part_of(text, text.substr(begin, end - begin), folder));
    begin = end + 1;
  }
  if (models.size() > most_members) refuse(text, "has " + std::to_string(models.size()) + " models");
  return models;
}

}  // namespace colourize::weights
