// What a photo's luma goes through before its generator sees it: its tone, and all together.
#include <gtest/gtest.h>

#include <vector>

#include "engine/photo/exact.h"
#include "engine/photo/host_steps.h"
#include "engine/photo/luma_range.h"
#include "kernels/blur.h"
#include "tests/support/golden.h"

namespace colourize::photo {
namespace {

// Columns of these values, grey.
template <class Sample>
Photo columns(const std::vector<int>& values, int height = 3) {
  Raster<Sample> raster(static_cast<int>(values.size()), height, 3);
  for (std::size_t i = 0; i < raster.samples.size(); ++i) {
    raster.samples[i] = static_cast<Sample>(values[i / 3 % values.size()]);
  }
  return {std::move(raster), {}};
}

// From `dark` to `bright` in equal steps.
std::vector<int> ramp(int dark, int bright, int count = 400) {
  std::vector<int> values(static_cast<std::size_t>(count));
  for (int i = 0; i < count; ++i) values[static_cast<std::size_t>(i)] = dark + (bright - dark) * i / (count - 1);
  return values;
}

TEST(Tone, OfAPhotoWithRangeEnoughIsLeft) {
  for (const Photo& photo : {columns<std::uint8_t>(ramp(0, 255)), columns<std::uint8_t>(ramp(60, 204))}) {
    const kernels::Tone tone = session::stretched_tone(luma_range(photo), 140);
    EXPECT_EQ(tone.scale, 1);
    EXPECT_EQ(tone.shift, 0);
  }
  EXPECT_EQ(session::stretched_tone(luma_range(columns<std::uint8_t>(ramp(100, 110))), 0).scale, 1);
}

// 70 levels from 100 on have 100 below and 85 above them: they grow by 70, in these proportions.
TEST(Tone, OfAFadedPhotoIsStretchedIntoTheRoomThatThereIs) {
  for (const bool deep : {false, true}) {
    const Photo photo =
        deep ? columns<std::uint16_t>(ramp(100 * 257, 170 * 257)) : columns<std::uint8_t>(ramp(100, 170));
    const kernels::Tone tone = session::stretched_tone(luma_range(photo), 140);
    EXPECT_NEAR(tone.scale, 2, 0.05);
    EXPECT_NEAR(100 * tone.scale + tone.shift, 100 - 70 * 100 / 185.0, 2);
    EXPECT_NEAR(170 * tone.scale + tone.shift, 170 + 70 * 85 / 185.0, 2);
  }
}

// But for what lies beyond the quantiles, which is less than 2 levels in an even ramp.
TEST(Tone, StaysBetweenBlackAndWhite) {
  for (const auto& [dark, bright] : {std::pair{0, 60}, {195, 255}, {0, 1}, {255, 255}, {0, 0}, {120, 121}}) {
    const kernels::Tone tone = session::stretched_tone(luma_range(columns<std::uint8_t>(ramp(dark, bright))), 140);
    EXPECT_LE(tone.scale, 3.0F);
    EXPECT_GT(tone.scale, 1);
    EXPECT_GE(static_cast<float>(dark) * tone.scale + tone.shift, -2.0F) << dark;
    EXPECT_LE(static_cast<float>(bright) * tone.scale + tone.shift, 257.0F) << bright;
  }
}

TEST(Tone, ASpeckDoesNotCount) {
  std::vector<int> values = ramp(100, 160, 1000);
  values[3] = 0;
  values[990] = 255;
  EXPECT_NEAR(session::stretched_tone(luma_range(columns<std::uint8_t>(values)), 140).scale, 140 / 60.0, 0.1);
}

TEST(GeneratorInput, IsStretchedAndBlurredForAGeneratorThatAsksForIt) {
  Generator generator;
  generator.encoding.input.mean[0] = 100;
  generator.encoding.input.deviation[0] = 2;
  const Photo photo = columns<std::uint8_t>(ramp(100, 170, 64), 64);
  const Tensor plain = generator_input(photo, generator, 32);
  generator.encoding.input_blur = 1;
  generator.encoding.least_input_range = 140;
  const Tensor treated = generator_input(photo, generator, 32);
  const kernels::Tone tone = session::stretched_tone(luma_range(photo), 140);
  kernels::Plane square(32, 32);
  for (std::size_t i = 0; i < square.values.size(); ++i) {
    square.values[i] = (plain.values()[i] * 2 + 100) * tone.scale + tone.shift;
  }
  kernels::ThreadPool pool(1);
  const kernels::Plane expected = kernels::blurred(square, 1, pool);
  for (std::size_t i = 0; i < square.values.size(); ++i) {
    ASSERT_NEAR(treated.values()[i], (expected.values[i] - 100) / 2, 1e-3);
  }
  // --exact differs in its 8-bit steps alone: half a level of luma, stretched.
  const Raster8 exact = exact_square(photo, generator.encoding, 32);
  ASSERT_EQ(exact.channels, 1);
  for (std::size_t i = 0; i < square.values.size(); ++i) {
    ASSERT_NEAR(static_cast<float>(exact.samples[i]) * tone.scale + tone.shift, square.values[i], 1.1 * tone.scale);
  }
}

TEST(GeneratorInput, OfTheBuiltInOneIsBothByDefault) {
  const Generator lite = build_generator(weights::Weights::builtin());
  EXPECT_EQ(lite.encoding.input_blur, 1);
  EXPECT_EQ(lite.encoding.least_input_range, 140);
}

}  // namespace
}  // namespace colourize::photo
