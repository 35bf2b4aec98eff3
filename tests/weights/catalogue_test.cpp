#include "weights/catalogue.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <set>

namespace colourize::weights {
namespace {

using testing::AllOf;
using testing::HasSubstr;

TEST(Catalogue, RecognisesPublishedFiles) {
  for (const PublishedModel& model : published_models()) {
    EXPECT_EQ(recognise_published(model.bytes, model.sha256), &model);
    EXPECT_EQ(recognise_published(model.bytes + 1, model.sha256), nullptr);
    EXPECT_EQ(published_remark(model.bytes, model.sha256), "this is the published " + std::string(model.file));
  }
  const std::string other(64, '0');
  EXPECT_THAT(published_remark(874066230, other), AllOf(HasSubstr("ColorizeVideo_gen.pth and ColorizeStable_gen.pth"),
                                                        HasSubstr("is not the published file")));
  EXPECT_THAT(published_remark(255144681, other), HasSubstr("may be another file"));
  EXPECT_EQ(published_remark(1, other), "");
}

// Each mirror is of that model's own file, whose name or repository it has, and no address stands twice.
TEST(Catalogue, NamesMirrorsOfEachFile) {
  std::set<std::string_view> all;
  for (const PublishedModel& model : published_models()) {
    for (const std::string_view mirror : model.mirrors) {
      EXPECT_TRUE(mirror.starts_with("https://")) << mirror;
      EXPECT_THAT(std::string(mirror), HasSubstr("/" + std::filesystem::path(model.file).stem().string()));
      EXPECT_TRUE(all.insert(mirror).second) << mirror;
    }
  }
}

}  // namespace
}  // namespace colourize::weights
