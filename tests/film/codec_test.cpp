// How frames are encoded where nobody says.
#include "film/video/codec.h"

#include <gtest/gtest.h>

namespace colourize::film {
namespace {

// x264's names, the faster one for the generator that the encoder would keep waiting.
TEST(Codec, SparesTimeWhereTheGeneratorIsFast) {
  EXPECT_EQ(default_preset(weights::Speed::fast), "superfast");
  EXPECT_EQ(default_preset(weights::Speed::slow), "medium");
}

}  // namespace
}  // namespace colourize::film
