#include "tests/support/recipe.h"

#include <cmath>
#include <fstream>
#include <regex>
#include <sstream>

#include "system/error.h"

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

std::vector<float> recipe_value(const std::string& kind, const std::string& name, const weights::Dimensions& shape) {
  std::size_t count = 1;
  for (const std::int64_t dimension : shape) count *= static_cast<std::size_t>(dimension);
  if (ends_with(name, ".gamma")) return std::vector<float>(count, 0.3F);

  std::vector<float> values = recipe_uniform(name, count);
  const auto each = [&values](auto formula) {
    for (float& value : values) value = formula(value);
    return values;
  };
  const bool weight = ends_with(name, ".weight");
  if (shape.size() >= 2 && (weight || ends_with(name, ".weight_orig") || ends_with(name, ".weight_v"))) {
    const auto fan_in = static_cast<double>(count / static_cast<std::size_t>(shape[0]));
    const auto bound = static_cast<float>(std::sqrt(6 / fan_in));
    return each([bound](float u) { return (2.0F * u - 1.0F) * bound; });
  }
  if (ends_with(name, ".weight_g")) return each([](float u) { return 0.75F + u; });
  if (weight) {
    static const std::regex wide_last_norm(R"(layers\.0\.[4-7]\.\d+\.bn3\.weight)");
    static const std::regex deep_last_norm(R"(layers\.0\.[4-7]\.\d+\.bn2\.weight)");
    const bool last = std::regex_match(name, kind == "wide" ? wide_last_norm : deep_last_norm);
    return each([last](float u) { return last ? 0.2F * (0.5F + u) : 0.5F + u; });
  }
  return each([](float u) { return u - 0.5F; });
}

std::map<std::string, weights::Dimensions> read_keys(const std::string& file) {
  std::ifstream lines(file);
  if (!lines) throw Error(file, "cannot be read");
  std::map<std::string, weights::Dimensions> shapes;
  std::string name;
  std::string type;
  std::string text;
  std::string line;
  while (std::getline(lines, line)) {
    std::istringstream fields(line);
    std::getline(fields, name, '\t');
    std::getline(fields, type, '\t');
    std::getline(fields, text, '\t');
    if (type != "float32") continue;  // num_batches_tracked
    weights::Dimensions shape;
    std::istringstream dimensions(text);
    for (std::string dimension; std::getline(dimensions, dimension, 'x');) shape.push_back(std::stoll(dimension));
    shapes[name] = shape;
  }
  return shapes;
}

}  // namespace

std::vector<float> recipe_uniform(const std::string& name, std::size_t count) {
  constexpr std::uint64_t golden = 0x9E3779B97F4A7C15;
  const std::uint64_t seed = fnv1a64(name);
  std::vector<float> values(count);
  for (std::size_t i = 0; i < count; ++i) {
    std::uint64_t z = seed + i * golden + golden;
    z = (z ^ (z >> 30U)) * 0xBF58476D1CE4E5B9;
    z = (z ^ (z >> 27U)) * 0x94D049BB133111EB;
    z ^= z >> 31U;
    values[i] = static_cast<float>(z >> 40U) / static_cast<float>(1U << 24U);
  }
  return values;
}

converter::Checkpoint recipe_checkpoint(const std::string& kind, std::map<std::string, weights::Dimensions> shapes,
                                        const weights::Weights& golden) {
  converter::Checkpoint checkpoint;
  checkpoint.source = kind + " by recipe";
  checkpoint.shapes = std::move(shapes);
  checkpoint.load = [kind, shapes = checkpoint.shapes, &golden](const std::string& name) {
    const weights::Dimensions& shape = shapes.at(name);
    if (!is_stored(name, shape)) return recipe_value(kind, name, shape);
    const auto stored = golden.values(name, shape);
    return std::vector<float>(stored.begin(), stored.end());
  };
  return checkpoint;
}

converter::Checkpoint recipe_checkpoint(const std::string& kind, const std::string& keys_file,
                                        const weights::Weights& golden) {
  return recipe_checkpoint(kind, read_keys(keys_file), golden);
}

std::shared_ptr<const weights::Weights> folded_weights(const converter::Checkpoint& checkpoint) {
  std::map<std::string, weights::FloatTensor> tensors;
  for (const converter::FoldedTensor& tensor : converter::fold(checkpoint)) {
    tensors[tensor.name] = {tensor.shape, tensor.values()};
  }
  return weights::Weights::from_tensors(std::move(tensors), {}, checkpoint.source);
}

}  // namespace colourize::tests
