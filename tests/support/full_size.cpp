#include "tests/support/full_size.h"

#include <algorithm>

#include "tests/support/golden.h"
#include "tests/support/recipe.h"

namespace colourize::tests {
namespace {

void write_values(const converter::Checkpoint& checkpoint, const std::string& name, const ByteSink& sink) {
  constexpr std::size_t portion = 1U << 20U;
  const std::size_t count = converter::element_count(checkpoint.shapes.at(name));
  std::vector<float> values;
  for (std::size_t first = 0; first < count; first += portion) {
    values.resize(std::min(portion, count - first));
    checkpoint.load(name, static_cast<std::int64_t>(first), values);
    sink(std::as_bytes(std::span(values)));
  }
}

}  // namespace

void write_full_size_checkpoint(const std::string& kind, TorchContainer container, bool wrapped,
                                const std::filesystem::path& path) {
  const std::string keys = folder + "oracle/" + kind + ".keys.tsv";
  const auto statistics = golden(kind);
  const converter::Checkpoint checkpoint = recipe_checkpoint(kind, keys, *statistics);
  std::vector<TorchTensor> tensors;
  for (const RecipeKey& key : recipe_keys(keys)) {
    TorchTensor tensor{.name = key.name, .type = key.type, .shape = key.shape, .write = {}};
    if (key.type == weights::DataType::f32) {
      tensor.write = [&checkpoint, name = key.name](const ByteSink& sink) { write_values(checkpoint, name, sink); };
    } else {
      tensor.write = [](const ByteSink& sink) {
        const std::int64_t batches = 1;
        sink(std::as_bytes(std::span(&batches, 1)));
      };
    }
    tensors.push_back(std::move(tensor));
  }
  write_torch_file(path, tensors, container, wrapped);
}

}  // namespace colourize::tests
