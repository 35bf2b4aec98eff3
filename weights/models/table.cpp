#include "weights/models/table.h"

#include <algorithm>
#include <array>
#include <cctype>

namespace colourize::weights {
namespace {

#define COLOURIZE_ADDRESS(name) &models::name,
constexpr std::array table{COLOURIZE_MODELS(COLOURIZE_ADDRESS)};

// The first model whose mark is among the tensors.
const Model* marked(const Weights& weights, std::string_view Model::*mark) {
  const auto found = std::ranges::find_if(table, [&](const Model* model) {
    return !(model->*mark).empty() && weights.contains(std::string(model->*mark));
  });
  return found == table.end() ? nullptr : *found;
}

}  // namespace

std::span<const Model* const> all_models() {
  return table;
}

const Model& builtin_model() {
  return **std::ranges::find_if(table, [](const Model* model) { return model->built_in.has_value(); });
}

const Model* recognise(const Weights& weights) {
  return marked(weights, &Model::mark);
}

const Model* recognise_original(const Weights& weights) {
  return marked(weights, &Model::original_mark);
}

std::string full_name(const Model& model) {
  const std::string name(model.name);
  const std::string family(model.family);
  const auto equal = [](char a, char b) { return std::tolower(static_cast<unsigned char>(a)) == b; };
  if (std::ranges::equal(family, name, equal)) return family;
  return family.empty() ? name : family + "'s " + name;
}

}  // namespace colourize::weights
