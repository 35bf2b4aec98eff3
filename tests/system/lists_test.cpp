#include "system/lists.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace colourize {
namespace {

using testing::ElementsAre;

TEST(Lists, AreWrittenAsPeopleDo) {
  EXPECT_EQ(listed({}, "or"), "");
  EXPECT_EQ(listed({"a"}, "or"), "a");
  EXPECT_EQ(listed({"a", "b"}, "or"), "a or b");
  EXPECT_EQ(listed({"a", "b", "c"}, "and"), "a, b and c");
}

TEST(Lists, AreReadWithTheirEmptyNames) {
  EXPECT_THAT(names_in("cuda:0,cuda:1"), ElementsAre("cuda:0", "cuda:1"));
  EXPECT_THAT(names_in("cpu"), ElementsAre("cpu"));
  EXPECT_THAT(names_in("cpu,"), ElementsAre("cpu", ""));
  EXPECT_THAT(names_in(""), ElementsAre(""));
}

}  // namespace
}  // namespace colourize
