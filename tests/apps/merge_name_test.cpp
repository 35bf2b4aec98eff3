// What the name of a merge says, and which names are none's.
#include "apps/colourize/merge_name.h"

#include <gtest/gtest.h>

#include <string>

namespace colourize::apps {
namespace {

TEST(MergeName, HasEqualSharesWithoutWeights) {
  const auto members = merge_members("stable+ddcolor-tiny+lite");
  ASSERT_EQ(members.size(), 3U);
  EXPECT_EQ(members[0].name, "stable");
  EXPECT_EQ(members[1].name, "ddcolor-tiny");
  EXPECT_EQ(members[2].name, "lite");
  for (const MergeMember& member : members) EXPECT_DOUBLE_EQ(member.share, 1.0 / 3);
}

TEST(MergeName, HasWeightsThatAreSharesOfTheirSum) {
  const auto members = merge_members("stable:0.4+ddcolor:1.2");
  ASSERT_EQ(members.size(), 2U);
  EXPECT_EQ(members[0].name, "stable");
  EXPECT_DOUBLE_EQ(members[0].share, 0.25);
  EXPECT_EQ(members[1].name, "ddcolor");
  EXPECT_DOUBLE_EQ(members[1].share, 0.75);
}

TEST(MergeName, IsNoOtherName) {
  for (const char* name :
       {"", "stable", "stable:1", "+", "stable+", "+stable", "a++b", "a:1+b", "a+b:1", "a:0+b:1", "a:-1+b:2", "a:x+b:1",
        "a:+b:", "a:inf+b:1", "a:nan+b:nan", "a:1e308+b:1e308", "a:1e999+b:1", "a:1 +b:1", ":1+:1"}) {
    EXPECT_TRUE(merge_members(name).empty()) << name;
  }
}

}  // namespace
}  // namespace colourize::apps
