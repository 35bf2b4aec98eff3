// The entries of models, and how a file's model is recognised.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <set>

#include "weights/models/table.h"

namespace colourize::weights {
namespace {

std::shared_ptr<const Weights> with_tensors(const std::vector<std::string_view>& names) {
  std::map<std::string, FloatTensor> tensors;
  for (const std::string_view name : names) tensors[std::string(name)] = {{1}, {1}};
  return Weights::from_tensors(std::move(tensors), {}, "file");
}

TEST(Models, AreToldApartByNamesAndMarks) {
  std::set<std::string_view> all;
  for (const Model* model : all_models()) {
    EXPECT_TRUE(all.insert(model->name).second) << model->name;
    EXPECT_TRUE(all.insert(model->mark).second) << model->mark;
    EXPECT_FALSE(model->mark.empty()) << model->name;
    if (model->original_mark.empty()) continue;
    EXPECT_TRUE(all.insert(model->original_mark).second) << model->original_mark;
  }
}

TEST(Models, AreRecognisedByTheirMarks) {
  for (const Model* model : all_models()) {
    EXPECT_EQ(recognise(*with_tensors({"other", model->mark})), model) << model->name;
    if (model->original_mark.empty()) continue;
    const auto original = with_tensors({"other", model->original_mark});
    EXPECT_EQ(recognise(*original), nullptr) << model->name;
    EXPECT_EQ(recognise_original(*original), model) << model->name;
  }
  EXPECT_EQ(recognise(*with_tensors({"other"})), nullptr);
  EXPECT_EQ(recognise_original(*with_tensors({"other"})), nullptr);
}

TEST(Models, HaveOneThatIsBuiltIn) {
  EXPECT_EQ(recognise(*Weights::builtin()), &builtin_model());
  int count = 0;
  for (const Model* model : all_models()) {
    if (!model->built_in) continue;
    ++count;
    EXPECT_FALSE(model->built_in->licence.empty());
    EXPECT_FALSE(model->built_in->good_for.empty());
  }
  EXPECT_EQ(count, 1);
}

// 8 to 64 is what the command line takes; a side is a multiple of 16.
TEST(Models, HaveASizeRuleThatTheProgramCanFollow) {
  for (const Model* model : all_models()) {
    EXPECT_GE(model->default_render_factor, 8) << model->name;
    EXPECT_LE(model->default_render_factor, 64) << model->name;
    EXPECT_GT(model->size_multiple, 0) << model->name;
    EXPECT_EQ(16 * model->default_render_factor % model->size_multiple, 0) << model->name;
  }
}

TEST(Models, SayWhatOneMustKnowOfAPublishedFile) {
  std::set<std::string_view> names;
  for (const Model* model : all_models()) {
    for (const PublishedFile& file : model->published) {
      EXPECT_TRUE(names.insert(file.name).second) << file.name;
      EXPECT_FALSE(file.good_for.empty()) << file.name;
      EXPECT_FALSE(file.licence.empty()) << file.name;
      EXPECT_TRUE(file.home.starts_with("https://")) << file.name;
      EXPECT_FALSE(file.mirrors.empty()) << file.name;
      EXPECT_EQ(file.sha256.size(), 64U) << file.name;
      EXPECT_EQ(file.sha256.find_first_not_of("0123456789abcdef"), std::string_view::npos) << file.name;
      EXPECT_FALSE(model->original_mark.empty()) << file.name << " could not be converted";
    }
  }
}

TEST(Models, AreNamedWithTheirFamily) {
  EXPECT_EQ(full_name(models::lite), "lite");
  EXPECT_EQ(full_name(models::wide), "DeOldify's wide");
}

}  // namespace
}  // namespace colourize::weights
