// Pictures in another space than sRGB: their luma and profile stay, and the colours look as they do in sRGB.
#include "engine/photo/wide_gamut.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <limits>

#include "engine/photo/colour_space.h"
#include "engine/photo/colourize.h"
#include "engine/photo/figures/picture_figures.h"
#include "engine/photo/luma.h"
#include "engine/photo/tones.h"
#include "tests/support/pictures.h"
#include "tests/support/profiles.h"

namespace colourize::photo {
namespace {

// The astronaut in grey, as 16 bits.
Photo grey_astronaut() {
  const Photo photo = decode(tests::folder + "golden/astronaut-181x133.png", {}, ignore_warnings);
  Raster16 grey(photo.width(), photo.height(), 3);
  std::vector<float> row(static_cast<std::size_t>(photo.width()));
  for (int y = 0; y < photo.height(); ++y) {
    luma_row(photo, y, row);
    for (std::size_t x = 0; x < row.size(); ++x) {
      std::fill_n(grey.row(y).begin() + static_cast<std::ptrdiff_t>(3 * x), 3,
                  static_cast<std::uint16_t>(std::lround(257 * row[x])));
    }
  }
  return {grey, {}};
}

// The sRGB picture's appearance in the profile's space.
Photo in_space(const Photo& photo, const std::vector<std::byte>& profile) {
  Photo result = photo;
  auto& samples = std::get<Raster16>(result.pixels).samples;
  ColourSpace::of_profile(profile)->from_srgb().value().run(samples.data(), samples.data(), samples.size() / 3);
  result.metadata = Metadata().with_profile(profile);
  settle_tones(result, false, {}, "a.png", ignore_warnings);
  return result;
}

Photo narrowed(Photo photo) {
  photo.pixels = to_8_bit(photo);
  return photo;
}

class WideGamut : public testing::Test {
 protected:
  const Generator generator_ = build_generator(weights::Weights::builtin());
  session::Session session_{generator_, {.devices = {"cpu"}, .render_factor = 8}, ignore_warnings};
};

TEST_F(WideGamut, IsAsColourfulAsTheSamePictureInSrgb) {
  const Photo grey = grey_astronaut();
  const Photo in_srgb = colourize(grey, session_);
  for (const auto& profile : {tests::prophoto_profile(), tests::adobe_profile(), tests::display_p3_profile()}) {
    for (const bool deep : {true, false}) {
      Photo given = in_space(grey, profile);
      ASSERT_NE(given.space, nullptr);
      if (!deep) given = narrowed(given);
      const Photo coloured = colourize(given, session_);
      EXPECT_EQ(coloured.bits(), given.bits());
      EXPECT_TRUE(std::ranges::equal(coloured.metadata.profile(), profile));
      const PictureFigures figures = compare_pictures(as_srgb(coloured), in_srgb, "a.png");
      EXPECT_NEAR(figures.colourfulness.result / figures.colourfulness.original, 1, 0.1);
      EXPECT_NEAR(figures.mean_chroma.result / figures.mean_chroma.original, 1, 0.1);
    }
  }
}

// Y of the stored samples; each of its three channels is rounded by half a step at most.
TEST_F(WideGamut, KeepsTheLumaOfItsSamples) {
  for (const bool exact : {false, true}) {
    const Photo given = narrowed(in_space(grey_astronaut(), tests::prophoto_profile()));
    const Photo coloured = exact ? colourize_exactly(given, session_) : colourize(given, session_);
    std::vector<float> before(static_cast<std::size_t>(given.width()));
    std::vector<float> after(before.size());
    double most_chroma = 0;
    for (int y = 0; y < given.height(); ++y) {
      luma_row(given, y, before);
      luma_row(coloured, y, after);
      for (std::size_t x = 0; x < before.size(); ++x) ASSERT_NEAR(after[x], before[x], 0.51);
      const auto row = tests::raster8(coloured).row(y);
      for (std::size_t i = 0; i < row.size(); i += 3)
        most_chroma = std::max(most_chroma, std::abs(static_cast<double>(row[i]) - row[i + 2]));
    }
    EXPECT_GT(most_chroma, 20) << "no colours came";
  }
}

// What the generator sees is the picture as sRGB shows it: a middle grey of light is 118 of ProPhoto's 255 by its gamma
// of 1.8 and 118's sRGB is another number.
TEST(ColourInSpace, ShowsTheGeneratorSrgb) {
  Raster8 raster(1, 1, 4);
  raster.samples = {100, 100, 100, 33};
  Photo photo{raster, Metadata().with_profile(tests::prophoto_profile())};
  settle_tones(photo, false, {}, "a.png", ignore_warnings);
  const double light = std::pow(100.0 / 255, 1.8);
  const double expected = 65535 * (1.055 * std::pow(light, 1 / 2.4) - 0.055);
  bool called = false;
  const Photo result = colour_in_space(photo, [&](Photo shown) {
    called = true;
    EXPECT_EQ(shown.space, nullptr);
    const auto& samples = std::get<Raster16>(shown.pixels).samples;
    // The profile's numbers have 16 bits behind the point: 1 / 65536 of white for each of three.
    for (std::size_t c = 0; c < 3; ++c) EXPECT_NEAR(samples[c], expected, 4);
    EXPECT_EQ(samples[3], 33 * 257);
    return shown;
  });
  EXPECT_TRUE(called);
  EXPECT_EQ(tests::raster8(result).samples, raster.samples);
}

// A colour that does not fit beside the pixel's luma is paler, and the luma stays.
TEST(ColourInSpace, LessensChromaAtTheEdgeOfTheGamut) {
  for (const unsigned level : {3U, 40U, 128U, 250U}) {
    Raster8 raster(1, 1, 3);
    raster.samples.assign(3, static_cast<std::uint8_t>(level));
    Photo photo{raster, Metadata().with_profile(tests::adobe_profile())};
    settle_tones(photo, false, {}, "a.png", ignore_warnings);
    const Photo result = colour_in_space(photo, [](Photo shown) {
      std::get<Raster16>(shown.pixels).samples = {65535, 0, 65535};
      return shown;
    });
    std::vector<float> luma(1);
    luma_row(result, 0, luma);
    EXPECT_NEAR(luma[0], level, 0.51);
    const auto& samples = tests::raster8(result).samples;
    EXPECT_GT(samples[0], samples[1]);
  }
}

// A row of greys is looked up, another one is not.
TEST(AsSrgb, IsTheSameForAGreyPixelInAnyRow) {
  Raster16 raster(2, 300, 3);
  for (std::size_t y = 0; y < 300; ++y) {
    const auto grey = static_cast<std::uint16_t>(y * 219);
    const auto other = static_cast<std::uint16_t>(y < 150 ? 65535 : 0);
    std::ranges::fill(raster.row(static_cast<int>(y)), grey);
    if (y % 4 < 3) raster.row(static_cast<int>(y))[3 + y % 4] = other;
  }
  Photo photo{raster, Metadata().with_profile(tests::prophoto_profile())};
  settle_tones(photo, false, {}, "a.png", ignore_warnings);
  std::vector<std::uint16_t> expected = raster.samples;
  ColourSpace::of_profile(tests::prophoto_profile())
      ->to_srgb()
      .value()
      .run(expected.data(), expected.data(), expected.size() / 3);
  const Photo shown = as_srgb(photo);
  const auto& actual = std::get<Raster16>(shown.pixels).samples;
  for (std::size_t i = 0; i < expected.size(); ++i) ASSERT_EQ(actual[i], expected[i]) << i;
}

TEST(AsSrgb, IsThePictureItselfWhereThatIsSrgb) {
  const Photo grey = grey_astronaut();
  EXPECT_EQ(std::get<Raster16>(as_srgb(grey).pixels).samples, std::get<Raster16>(grey.pixels).samples);
  const Photo back = as_srgb(in_space(grey, tests::adobe_profile()));
  const auto& a = std::get<Raster16>(back.pixels).samples;
  const auto& b = std::get<Raster16>(grey.pixels).samples;
  // There and back, rounded twice; near black sRGB's slope is less than Adobe RGB's, so a step there is less than one
  // here.
  for (std::size_t i = 0; i < a.size(); ++i) ASSERT_NEAR(a[i], b[i], 4) << i;
}

}  // namespace
}  // namespace colourize::photo
