#include "tests/support/recipe.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <fstream>
#include <sstream>

#include "converter/originals.h"
#include "system/error.h"
#include "tests/support/golden.h"

namespace colourize::tests {
namespace {

std::uint64_t fnv1a64(const std::string& text) {
  std::uint64_t hash = 0xCBF29CE484222325;
  for (const char c : text) hash = (hash ^ static_cast<unsigned char>(c)) * 0x100000001B3;
  return hash;
}

bool ends_with(const std::string& text, std::string_view ending) {
  return text.ends_with(ending);
}

bool is_stored(const std::string& name, const weights::Dimensions& shape) {
  return ends_with(name, ".running_mean") || ends_with(name, ".running_var") || ends_with(name, ".weight_u") ||
         (ends_with(name, ".weight_v") && shape.size() == 1);
}

// The last norm of a residual block in the encoder: "layers.0.[4-7].N.bn3.weight" in wide, bn2 in deep.
bool is_last_norm(const std::string& kind, const std::string& name) {
  const bool stage = name.starts_with("layers.0.") && name.size() > 9 && name[9] >= '4' && name[9] <= '7';
  return stage && ends_with(name, kind == "wide" ? ".bn3.weight" : ".bn2.weight");
}

// tests/oracle/ddcolor_recipe.py: DDColor's own scales.
void ddcolor_value(const std::string& name, const weights::Dimensions& shape, std::int64_t first, std::span<float> to) {
  const auto each = [to](auto formula) { std::ranges::transform(to, to.begin(), formula); };
  const auto fan_in = static_cast<double>(converter::element_count(shape) / static_cast<std::size_t>(shape[0]));
  const auto within = [&](double bound) {
    each([bound = static_cast<float>(bound)](float u) { return (2.0F * u - 1.0F) * bound; });
  };
  if (name == "mean" || name == "std") {
    constexpr std::array mean{0.485F, 0.456F, 0.406F};
    constexpr std::array deviation{0.229F, 0.224F, 0.225F};
    for (float& value : to) value = (name == "mean" ? mean : deviation).at(static_cast<std::size_t>(first++));
    return;
  }
  recipe_uniform(name, first, to);
  if (ends_with(name, "query_feat.weight") || ends_with(name, "query_embed.weight") ||
      ends_with(name, "level_embed.weight")) {
    within(1.75);
  } else if (ends_with(name, "in_proj_weight")) {
    within(std::sqrt(3 / fan_in));
  } else if (ends_with(name, "out_proj.weight") || ends_with(name, "linear2.weight")) {
    within(std::sqrt(1 / fan_in));
  } else if (ends_with(name, "color_embed.layers.2.weight")) {
    constexpr double colour = 4;
    within(colour * std::sqrt(6 / fan_in));
  } else if (shape.size() >= 2) {
    within(std::sqrt(6 / fan_in));
  } else if (ends_with(name, ".gamma")) {
    each([](float u) { return 0.2F * (0.5F + u); });
  } else if (ends_with(name, ".weight")) {
    each([](float u) { return 0.5F + u; });
  } else {
    const float range = name == "refine_net.0.0.bias" ? 10.0F : 0.5F;
    each([range](float u) { return range * (u - 0.5F); });
  }
}

void recipe_value(const std::string& kind, const std::string& name, const weights::Dimensions& shape,
                  std::int64_t first, std::span<float> to) {
  if (kind.starts_with("ddcolor")) return ddcolor_value(name, shape, first, to);
  recipe_uniform(name, first, to);
  const auto each = [to](auto formula) { std::ranges::transform(to, to.begin(), formula); };
  const bool weight = ends_with(name, ".weight");
  if (ends_with(name, ".gamma")) {
    each([](float) { return 0.3F; });
  } else if (shape.size() >= 2 && (weight || ends_with(name, ".weight_orig") || ends_with(name, ".weight_v"))) {
    const auto fan_in = static_cast<double>(converter::element_count(shape) / static_cast<std::size_t>(shape[0]));
    const auto bound = static_cast<float>(std::sqrt(6 / fan_in));
    each([bound](float u) { return (2.0F * u - 1.0F) * bound; });
  } else if (ends_with(name, ".weight_g")) {
    each([](float u) { return 0.75F + u; });
  } else if (weight) {
    const bool last = is_last_norm(kind, name);
    each([last](float u) { return last ? 0.2F * (0.5F + u) : 0.5F + u; });
  } else {
    each([](float u) { return u - 0.5F; });
  }
}

}  // namespace

std::vector<RecipeKey> recipe_keys(const std::string& file) {
  std::ifstream lines(file);
  if (!lines) throw Error(ErrorKind::not_found, file, "cannot be read");
  std::vector<RecipeKey> keys;
  std::string type;
  std::string text;
  for (std::string line; std::getline(lines, line);) {
    RecipeKey key;
    std::istringstream fields(line);
    std::getline(fields, key.name, '\t');
    std::getline(fields, type, '\t');
    std::getline(fields, text, '\t');
    if (type == "int64") key.type = weights::DataType::i64;
    if (text != "scalar") {
      std::istringstream dimensions(text);
      for (std::string dimension; std::getline(dimensions, dimension, 'x');) key.shape.push_back(std::stoll(dimension));
    }
    keys.push_back(std::move(key));
  }
  return keys;
}

void recipe_uniform(const std::string& name, std::int64_t first, std::span<float> to) {
  constexpr std::uint64_t golden = 0x9E3779B97F4A7C15;
  const std::uint64_t seed = fnv1a64(name);
  for (std::size_t i = 0; i < to.size(); ++i) {
    std::uint64_t z = seed + (static_cast<std::uint64_t>(first) + i) * golden + golden;
    z = (z ^ (z >> 30U)) * 0xBF58476D1CE4E5B9;
    z = (z ^ (z >> 27U)) * 0x94D049BB133111EB;
    z ^= z >> 31U;
    to[i] = static_cast<float>(z >> 40U) / static_cast<float>(1U << 24U);
  }
}

converter::Checkpoint recipe_checkpoint(const std::string& kind, std::map<std::string, weights::Dimensions> shapes,
                                        const weights::Weights& golden) {
  converter::Checkpoint checkpoint;
  checkpoint.source = kind + " by recipe";
  checkpoint.shapes = std::move(shapes);
  checkpoint.load = [kind, shapes = checkpoint.shapes, &golden](const std::string& name, std::int64_t first,
                                                                std::span<float> to) {
    const weights::Dimensions& shape = shapes.at(name);
    if (!is_stored(name, shape)) return recipe_value(kind, name, shape, first, to);
    std::ranges::copy(golden.values(name, shape).subspan(static_cast<std::size_t>(first), to.size()), to.begin());
  };
  return checkpoint;
}

converter::Checkpoint recipe_checkpoint(const std::string& kind, const std::string& keys_file,
                                        const weights::Weights& golden) {
  std::map<std::string, weights::Dimensions> shapes;
  for (const RecipeKey& key : recipe_keys(keys_file)) {
    if (key.type == weights::DataType::f32) shapes[key.name] = key.shape;
  }
  return recipe_checkpoint(kind, std::move(shapes), golden);
}

void write_checkpoint(const converter::Checkpoint& checkpoint, const std::filesystem::path& path) {
  std::vector<weights::SafetensorsWriter::Plan> plans;
  for (const auto& [name, shape] : checkpoint.shapes) plans.push_back({name, weights::DataType::f32, shape});
  weights::SafetensorsWriter writer(path, plans, {});
  for (const auto& [name, shape] : checkpoint.shapes) {
    std::vector<float> values(converter::element_count(shape));
    checkpoint.load(name, 0, values);
    writer.append(std::as_bytes(std::span(values)));
  }
  writer.commit();
}

void write_small_ddcolor(const std::filesystem::path& path) {
  const auto numbers = golden("ddcolor-small");
  write_checkpoint(recipe_checkpoint("ddcolor", folder + "oracle/ddcolor-small.keys.tsv", *numbers), path);
}

std::shared_ptr<const weights::Weights> folded_weights(const converter::Checkpoint& checkpoint) {
  std::map<std::string, weights::FloatTensor> tensors;
  for (const converter::FoldedTensor& tensor : converter::fold(converter::recognise(checkpoint), checkpoint)) {
    tensors[tensor.name] = {tensor.shape, converter::values_of(tensor)};
  }
  return weights::Weights::from_tensors(std::move(tensors), {}, checkpoint.source);
}

}  // namespace colourize::tests
