#include "weights/recipes.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "system/error.h"
#include "tests/support/files.h"
#include "weights/catalogue.h"

namespace colourize::weights {
namespace {

using testing::ElementsAre;
using testing::FieldsAre;
using testing::HasSubstr;

class NamedModels : public testing::Test {
 protected:
  std::vector<NamedModel> named(const std::string& text) const { return named_models(text, folder_.path()); }
  std::string refusal(const std::string& text) const {
    try {
      named(text);
    } catch (const Error& problem) {
      EXPECT_EQ(problem.kind(), ErrorKind::invalid);
      return problem.what();
    }
    return "no error";
  }

  tests::TemporaryFolder folder_;
};

TEST_F(NamedModels, AreOneOrSeveralWithShares) {
  EXPECT_THAT(named("lite"), ElementsAre(FieldsAre("lite", 1.0F)));
  EXPECT_THAT(named("one"), ElementsAre(FieldsAre("one", 1.0F))) << "opening it says that there is none";
  EXPECT_THAT(named("one+lite"), ElementsAre(FieldsAre("one", 1.0F), FieldsAre("lite", 1.0F)));
  EXPECT_THAT(named("one:0.4+some/two.pth:0.6"), ElementsAre(FieldsAre("one", 0.4F), FieldsAre("some/two.pth", 0.6F)));
  EXPECT_THAT(named("a+b:3+c+d:1e-2"),
              ElementsAre(FieldsAre("a", 1.0F), FieldsAre("b", 3.0F), FieldsAre("c", 1.0F), FieldsAre("d", 0.01F)));
}

TEST_F(NamedModels, ComeOnceWithAllTheirShares) {
  EXPECT_THAT(named("one:2+two+one"), ElementsAre(FieldsAre("one", 3.0F), FieldsAre("two", 1.0F)));
}

// A file may be called like two models, or like a recipe.
TEST_F(NamedModels, AreFilesWhereThereAreAny) {
  tests::write_file(folder_ / "one+two:3.safetensors", "");
  tests::write_file(folder_ / "best.safetensors", "");
  const std::string path = (folder_ / "one+two:3.safetensors").string();
  EXPECT_THAT(named(path), ElementsAre(FieldsAre(path, 1.0F)));
  EXPECT_THAT(named("one+two:3"), ElementsAre(FieldsAre("one+two:3", 1.0F)));
  EXPECT_THAT(named("best"), ElementsAre(FieldsAre("best", 1.0F)));
  tests::write_file(folder_ / "three:4.safetensors", "");
  EXPECT_THAT(named("three:4:5+two"), ElementsAre(FieldsAre("three:4", 5.0F), FieldsAre("two", 1.0F)));
  EXPECT_THAT(named("three:4+two"), ElementsAre(FieldsAre("three:4", 1.0F), FieldsAre("two", 1.0F)));
}

TEST_F(NamedModels, AreRefusedWhereTheTextMakesNoSense) {
  for (const char* text : {"", "+", "one+", "+one", "one++two", ":1", "one+:2"}) {
    EXPECT_THAT(refusal(text), HasSubstr("lacks a model's name")) << text;
  }
  for (const char* text : {"one:", "one:x", "one:0", "one:-1+two", "one:nan", "one:inf", "one:1e99", "one:0.5x+two"}) {
    EXPECT_THAT(refusal(text), HasSubstr("where a share, a number above 0, must stand")) << text;
  }
  EXPECT_THAT(refusal("a+b+c+d+e"), HasSubstr("has 5 models"));
}

// Each recipe is of published models, and no model is called like a recipe.
TEST(Recipes, AreOfPublishedModels) {
  const tests::TemporaryFolder folder;
  for (const Recipe& recipe : recipes()) {
    const std::vector<NamedModel> models = named_models(std::string(recipe.name), folder.path());
    EXPECT_GT(models.size(), 1U) << recipe.name;
    for (const NamedModel& model : models) {
      EXPECT_NE(std::ranges::find(published_models(), model.name_or_path, &PublishedModel::name),
                published_models().end())
          << model.name_or_path;
    }
    EXPECT_EQ(std::ranges::find(published_models(), recipe.name, &PublishedModel::name), published_models().end());
  }
}

}  // namespace
}  // namespace colourize::weights
