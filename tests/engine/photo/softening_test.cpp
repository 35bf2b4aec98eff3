// What a photo's luma goes through before its generator sees it: blur, against OpenCV (tests/oracle/make_blur_cases.py), and tone.
#include <gtest/gtest.h>

#include <cstring>
#include <random>

#include "engine/photo/blur.h"
#include "engine/photo/generator_input.h"
#include "engine/photo/tone.h"
#include "tests/support/golden.h"

namespace colourize::photo {
namespace {

Plane plane(const tests::GoldenFile& file, const std::string& name) {
  const weights::Dimensions& shape = file.shape(name);
  Plane result(static_cast<int>(shape[1]), static_cast<int>(shape[0]));
  std::memcpy(result.values.data(), file.bytes(name).data(), file.bytes(name).size());
  return result;
}

TEST(Blur, EqualsOpenCv) {
  const tests::GoldenFile file("blur");
  int number = 0;
  for (; file.has("source." + std::to_string(number)); ++number) {
    const std::string suffix = "." + std::to_string(number);
    float deviation = 0;
    std::memcpy(&deviation, file.bytes("deviation" + suffix).data(), sizeof(deviation));
    const Plane result = blurred(plane(file, "source" + suffix), deviation);
    const Plane expected = plane(file, "target" + suffix);
    for (std::size_t i = 0; i < expected.values.size(); ++i) {
      // A rounding for each of the weights of both axes, at most 21, and their own.
      ASSERT_NEAR(result.values[i], expected.values[i], 44 * 255 * 0x1p-24F) << "case " << number << " value " << i;
    }
  }
  EXPECT_EQ(number, 6);
}

// The way of a GPU, whose resize takes any windows, against that of the host, which blurs afterwards.
TEST(Blur, InOneStepWithAResizeIsTheSame) {
  std::mt19937 random(1);  // NOLINT(cert-msc32-c,cert-msc51-cpp): the same numbers each time
  std::uniform_real_distribution<float> luma(0, 255);
  for (const auto& [from, to] : {std::pair{100, 32}, {32, 32}, {20, 33}, {1, 8}, {500, 7}, {3, 1}}) {
    std::vector<double> source(static_cast<std::size_t>(from));
    for (double& value : source) value = luma(random);
    const auto along = [&](const Resampling& axis, int target) {
      double sum = 0;
      auto at = static_cast<std::size_t>(axis.first(target));
      for (const double weight : axis.weights(target)) sum += weight * source.at(at++);
      return static_cast<float>(sum);
    };
    const Resampling plain(from, to);
    Plane row(to, 1);
    for (int x = 0; x < to; ++x) row.values[static_cast<std::size_t>(x)] = along(plain, x);
    const Plane expected = blurred(row, 1.3);
    const Resampling both = blurred(plain, 1.3);
    ASSERT_EQ(both.from(), from);
    ASSERT_EQ(both.to(), to);
    for (int x = 0; x < to; ++x) {
      ASSERT_NEAR(along(both, x), expected.values[static_cast<std::size_t>(x)], 1e-4)
          << from << " to " << to << " at " << x;
    }
  }
}

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
    const Tone tone = stretched_tone(photo, 140);
    EXPECT_EQ(tone.scale, 1);
    EXPECT_EQ(tone.shift, 0);
  }
  EXPECT_EQ(stretched_tone(columns<std::uint8_t>(ramp(100, 110)), 0).scale, 1);
}

// 70 levels from 100 on have 100 below and 85 above them: they grow by 70, in these proportions.
TEST(Tone, OfAFadedPhotoIsStretchedIntoTheRoomThatThereIs) {
  for (const bool deep : {false, true}) {
    const Photo photo =
        deep ? columns<std::uint16_t>(ramp(100 * 257, 170 * 257)) : columns<std::uint8_t>(ramp(100, 170));
    const Tone tone = stretched_tone(photo, 140);
    EXPECT_NEAR(tone.scale, 2, 0.05);
    EXPECT_NEAR(100 * tone.scale + tone.shift, 100 - 70 * 100 / 185.0, 2);
    EXPECT_NEAR(170 * tone.scale + tone.shift, 170 + 70 * 85 / 185.0, 2);
  }
}

// But for what lies beyond the quantiles, which is less than 2 levels in an even ramp.
TEST(Tone, StaysBetweenBlackAndWhite) {
  for (const auto& [dark, bright] : {std::pair{0, 60}, {195, 255}, {0, 1}, {255, 255}, {0, 0}, {120, 121}}) {
    const Tone tone = stretched_tone(columns<std::uint8_t>(ramp(dark, bright)), 140);
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
  EXPECT_NEAR(stretched_tone(columns<std::uint8_t>(values), 140).scale, 140 / 60.0, 0.1);
}

TEST(GeneratorInput, IsStretchedAndBlurredForAGeneratorThatAsksForIt) {
  Generator generator;
  generator.interface = Interface::chroma;
  generator.luma_mean = 100;
  generator.luma_scale = 2;
  const Photo photo = columns<std::uint8_t>(ramp(100, 170, 64), 64);
  const Tensor plain = generator_input(photo, generator, 32);
  generator.input_blur = 1;
  generator.least_input_range = 140;
  const Tensor treated = generator_input(photo, generator, 32);
  const Tone tone = stretched_tone(photo, 140);
  Plane square(32, 32);
  for (std::size_t i = 0; i < square.values.size(); ++i) {
    square.values[i] = (plain.values()[i] * 2 + 100) * tone.scale + tone.shift;
  }
  const Plane expected = blurred(square, 1);
  for (std::size_t i = 0; i < square.values.size(); ++i) {
    ASSERT_NEAR(treated.values()[i], (expected.values[i] - 100) / 2, 1e-3);
  }
  // A film's square is blurred alone.
  const std::array one{&std::as_const(square)};
  const Tensor film = generator_input(one, generator);
  for (std::size_t i = 0; i < square.values.size(); ++i) {
    ASSERT_NEAR(film.values()[i], (expected.values[i] - 100) / 2, 1e-3);
  }
  // --exact differs in its 8-bit steps alone: half a level of luma, stretched and over the scale of 2.
  const Tensor exact = exact_generator_input(photo, generator, 32);
  for (std::size_t i = 0; i < square.values.size(); ++i) {
    ASSERT_NEAR(exact.values()[i], treated.values()[i], 1.1 * tone.scale / 2);
  }
}

TEST(GeneratorInput, OfTheBuiltInOneIsBothByDefault) {
  const Generator lite = build_generator(weights::Weights::builtin());
  EXPECT_EQ(lite.input_blur, 1);
  EXPECT_EQ(lite.least_input_range, 140);
}

}  // namespace
}  // namespace colourize::photo
