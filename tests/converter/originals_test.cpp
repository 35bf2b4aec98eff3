// What becomes of a checkpoint's tensors: nothing is lost without a rule that says so.
#include "converter/originals.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <set>

#include "converter/convert.h"
#include "system/error.h"
#include "tests/support/files.h"
#include "tests/support/golden.h"
#include "tests/support/recipe.h"

namespace colourize::converter {
namespace {

using testing::HasSubstr;

// A checkpoint with its counters of steps, as its keys list them.
Checkpoint with_counters(const std::string& name, const weights::Weights& golden) {
  const std::string keys = tests::folder + "oracle/" + name + ".keys.tsv";
  Checkpoint checkpoint = tests::recipe_checkpoint(name.substr(0, name.find('-')), keys, golden);
  for (const tests::RecipeKey& key : tests::recipe_keys(keys)) {
    if (key.type == weights::DataType::i64) checkpoint.unread.insert(key.name);
  }
  return checkpoint;
}

std::string refusal(const Original& original, const Checkpoint& checkpoint) {
  try {
    fold(original, checkpoint);
  } catch (const Error& error) {
    return std::string(name_of(error.kind())) + ": " + error.what();
  }
  return "no error";
}

TEST(Originals, AreThoseOfTheModelsThatHaveAMark) {
  std::set<const weights::Model*> rows;
  for (const Original* original : all_originals()) {
    EXPECT_FALSE(original->model.original_mark.empty()) << original->model.name;
    EXPECT_TRUE(rows.insert(&original->model).second) << original->model.name << " is there twice";
  }
  for (const weights::Model* model : weights::all_models()) {
    EXPECT_EQ(rows.contains(model), !model->original_mark.empty()) << model->name;
  }
}

// What says where a tensor comes from is what is read: the check for lost tensors believes it.
TEST(Originals, ReadWhatTheyNameAsSources) {
  for (const char* name : {"deep-resnet18", "wide-resnet18", "deep-resnet50", "ddcolor-small"}) {
    const auto golden = tests::golden(name);
    Checkpoint checkpoint = with_counters(name, *golden);
    std::set<std::string> read;
    checkpoint.load = [&read, load = checkpoint.load](const std::string& asked, std::int64_t first,
                                                      std::span<float> to) {
      read.insert(asked);
      load(asked, first, to);
    };
    std::set<std::string> all_read;
    for (const FoldedTensor& tensor : fold(recognise(checkpoint), checkpoint)) {
      read.clear();
      values_of(tensor);
      EXPECT_EQ(read, std::set(tensor.sources.begin(), tensor.sources.end())) << name << " " << tensor.name;
      all_read.merge(read);
    }
    const Original& original = recognise(checkpoint);
    for (const auto& [tensor, shape] : checkpoint.shapes)
      EXPECT_NE(all_read.contains(tensor), original.leaves_out(tensor)) << name << " " << tensor;
    EXPECT_FALSE(checkpoint.unread.empty());
  }
}

TEST(Originals, RefuseATensorThatNoRuleUses) {
  const auto golden = tests::golden("deep-resnet18");
  const Checkpoint sound = with_counters("deep-resnet18", *golden);
  const Original& deep = recognise(sound);
  EXPECT_EQ(refusal(deep, sound), "no error");
  // A linear layer, its bias, a layer norm; a norm by halves; a weight beside the one that its spectral norm divides.
  const std::vector<std::pair<std::string, weights::Dimensions>> extras{
      {"layers.12.weight", {3, 4}}, {"layers.12.bias", {3}},        {"layers.13.weight", {4}},
      {"layers.1.momentum", {}},    {"layers.14.running_var", {4}}, {"layers.11.0.weight", {3, 3, 1, 1}}};
  for (const auto& [name, shape] : extras) {
    Checkpoint checkpoint = sound;
    checkpoint.shapes[name] = shape;
    EXPECT_THAT(refusal(deep, checkpoint), HasSubstr("unsupported: deep by recipe: tensor '" + name +
                                                     "' is not used by any rule of DeOldify's deep"));
  }
  Checkpoint checkpoint = sound;
  checkpoint.unread.insert("layers.12.steps");
  EXPECT_THAT(refusal(deep, checkpoint),
              HasSubstr("tensor 'layers.12.steps' is not used by any rule of DeOldify's deep"));
}

// From a file, with a tensor of integers that is known and perhaps one that is not.
std::string conversion(bool unknown) {
  const tests::TemporaryFolder folder;
  const auto golden = tests::golden("deep-resnet18");
  const Checkpoint checkpoint = with_counters("deep-resnet18", *golden);
  std::vector<weights::SafetensorsWriter::Plan> plans;
  for (const auto& [name, shape] : checkpoint.shapes) plans.push_back({name, weights::DataType::f32, shape});
  plans.push_back({unknown ? "layers.12.steps" : "layers.1.num_batches_tracked", weights::DataType::i64, {}});
  weights::SafetensorsWriter writer(folder / "original.safetensors", plans, {});
  for (const auto& [name, shape] : checkpoint.shapes) {
    std::vector<float> values(element_count(shape));
    checkpoint.load(name, 0, values);
    writer.append(std::as_bytes(std::span(values)));
  }
  const std::int64_t steps = 1;
  writer.append(std::as_bytes(std::span(&steps, 1)));
  writer.commit();
  try {
    convert(folder / "original.safetensors", folder / "weights.safetensors");
  } catch (const Error& error) {
    EXPECT_FALSE(std::filesystem::exists(folder / "weights.safetensors"));
    return error.what();
  }
  return "no error";
}

TEST(Originals, CountTensorsOfIntegersToo) {
  EXPECT_EQ(conversion(/*unknown=*/false), "no error");
  EXPECT_THAT(conversion(/*unknown=*/true), HasSubstr("has unexpected layers.12.steps"));
}

}  // namespace
}  // namespace colourize::converter
