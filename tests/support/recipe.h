// A full-size DeOldify or DDColor checkpoint without a download: tests/oracle/recipe.py and ddcolor_recipe.py in C++.
// Every weight comes from a formula on its name, the few calibrated statistics from a golden file.
#pragma once

#include <filesystem>
#include <memory>
#include <string>
#include <vector>

#include "converter/folding.h"
#include "weights/weights.h"

namespace colourize::tests {

// Numbers 0 <= u < 1, exact in float32, from splitmix64 of the name: the first-th and those behind it.
void recipe_uniform(const std::string& name, std::int64_t first, std::span<float> to);

// A line of tests/oracle/KIND.keys.tsv: a tensor of the original state dict.
struct RecipeKey {
  std::string name;
  weights::DataType type = weights::DataType::f32;  // i64: num_batches_tracked
  weights::Dimensions shape;
};
std::vector<RecipeKey> recipe_keys(const std::string& file);

// The checkpoint that `keys` (tests/oracle/KIND.keys.tsv) lists: recipe values for `kind` ("wide", "deep", or one that
// begins with "ddcolor"), statistics from `golden`. Borrows `golden`.
converter::Checkpoint recipe_checkpoint(const std::string& kind, const std::string& keys_file,
                                        const weights::Weights& golden);

// The same, for shapes given by hand.
converter::Checkpoint recipe_checkpoint(const std::string& kind, std::map<std::string, weights::Dimensions> shapes,
                                        const weights::Weights& golden);

// Writes a checkpoint as a .safetensors file with its own names.
void write_checkpoint(const converter::Checkpoint& checkpoint, const std::filesystem::path& path);

// The small DDColor (tests/oracle/make_small_ddcolor.py): its trained checkpoint as a .safetensors file.
void write_small_ddcolor(const std::filesystem::path& path);

// A checkpoint's folded weights, in memory.
std::shared_ptr<const weights::Weights> folded_weights(const converter::Checkpoint& checkpoint);

}  // namespace colourize::tests
