#include <gtest/gtest.h>

extern "C" int colour_from_c(void);

TEST(Header, IsC) {
  EXPECT_EQ(colour_from_c(), 0) << "the line of tests/library/header_test.c that is not as it should be";
}
