// From weights to a generator: by the model's entry, and with every tensor used.
#include "engine/generators/generator.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <array>

#include "engine/generators/network.h"
#include "engine/generators/used_tensors.h"
#include "system/error.h"
#include "tests/support/golden.h"
#include "tests/support/recipe.h"

namespace colourize {
namespace {

using testing::HasSubstr;
using Tensors = std::map<std::string, weights::FloatTensor>;

Tensors tensors_of(const weights::Weights& weights) {
  Tensors tensors;
  for (const std::string& name : weights.names()) {
    const auto values = weights.values(name);
    tensors[name] = {weights.shape(name), {values.begin(), values.end()}};
  }
  return tensors;
}

Tensors by_recipe(const std::string& kind) {
  const std::string name = kind + (kind == "ddcolor" ? "-small" : "-resnet18");
  const auto golden = tests::golden(name);
  return tensors_of(
      *tests::folded_weights(tests::recipe_checkpoint(kind, tests::folder + "oracle/" + name + ".keys.tsv", *golden)));
}

// A model's tensors, small where there is a choice.
Tensors tensors_of(const weights::Model& model) {
  return model.built_in ? tensors_of(*weights::Weights::builtin()) : by_recipe(std::string(model.name));
}

Generator build(Tensors tensors) {
  return build_generator(weights::Weights::from_tensors(std::move(tensors), {}, "file"));
}

std::string refusal(Tensors tensors) {
  try {
    build(std::move(tensors));
  } catch (const Error& error) {
    return std::string(name_of(error.kind())) + ": " + error.what();
  }
  return "no error";
}

TEST(Generators, FollowTheirModelsEntries) {
  for (const weights::Model* model : weights::all_models()) {
    EXPECT_EQ(&generators::network_of(*model).model, model);
    const Generator generator = build(tensors_of(*model));
    EXPECT_EQ(generator.name, model->name);
    EXPECT_EQ(generator.speed, model->speed);
    EXPECT_EQ(generator.size_multiple, model->size_multiple);
    EXPECT_EQ(generator.default_render_factor, model->default_render_factor);
  }
}

TEST(Generators, RefuseAModelThatHasNoNetwork) {
  weights::Model other = weights::models::wide;
  other.name = "other";
  EXPECT_THROW(generators::network_of(other), Error);
}

std::string layer_of(const weights::Model& model) {
  if (model.built_in) return "conv4";
  return model.name == "ddcolor" ? "refine_net.grey" : "layers.11.0";
}
std::string layer_without_weights(const weights::Model& model) {
  if (model.built_in) return "conv4.relu";
  return model.name == "ddcolor" ? "encoder.arch.norm2" : "layers.2";
}

// Names that are near to those of layers: a part that the layer has not, and a layer without weights.
TEST(Generators, RefuseATensorThatNoLayerReads) {
  for (const weights::Model* model : weights::all_models()) {
    const Tensors sound = tensors_of(*model);
    EXPECT_EQ(refusal(sound), "no error") << model->name;
    const std::string layer = layer_of(*model);
    const std::string without_weights = layer_without_weights(*model);
    for (const std::string& extra : {std::string("head2.weight"), layer + ".running_mean", layer + ".gamma",
                                     without_weights + ".weight", std::string("swatches.weight")}) {
      Tensors tensors = sound;
      tensors[extra] = {{3, 4}, std::vector<float>(12)};
      EXPECT_THAT(refusal(tensors),
                  HasSubstr("unsupported: file: has tensor '" + extra + "' that generator " + std::string(model->name)))
          << model->name;
    }
  }
}

TEST(Generators, NameTheFirstTensorThatNoLayerReads) {
  Tensors tensors = tensors_of(weights::models::lite);
  for (const char* extra : {"z", "b", "a"}) tensors[extra] = {{1}, {0}};
  EXPECT_THAT(refusal(tensors), HasSubstr("has tensor 'a' and 2 more that"));
}

TEST(Generators, ReadTheScaleAndShiftOfALayerNormThatHasThem) {
  const std::array<float, 2> two{1, 1};
  const auto weights =
      weights::Weights::from_tensors({{"norm.weight", {{2}, {1, 1}}}, {"norm.bias", {{2}, {1, 1}}}}, {}, "file");
  const auto check = [&](const graph::LayerNorm& norm) {
    Generator generator;
    generator.graph.append("norm", norm, {generator.graph.input(2)});
    generators::check_all_used(*weights, generator, {});
  };
  EXPECT_NO_THROW(check({.scale = two, .shift = two}));
  EXPECT_THROW(check({.scale = {}, .shift = {}}), Error);
}

TEST(Generators, AreToldFromCheckpointsAsTheyWereTrained) {
  EXPECT_THAT(refusal({{std::string(weights::models::deep.original_mark), {{1}, {1}}}}),
              HasSubstr("holds a DeOldify checkpoint as it was trained, with its norms not yet folded"));
  EXPECT_THAT(refusal({{"a", {{1}, {1}}}}), HasSubstr("known are lite, DeOldify's wide, DeOldify's deep and DDColor"));
}

}  // namespace
}  // namespace colourize
