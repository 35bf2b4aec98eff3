// Which pictures have colours of their own: toned prints have not.
#include "engine/photo/own_colours.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>
#include <functional>

#include "engine/photo/tones.h"
#include "system/recorded_warnings.h"
#include "tests/support/pictures.h"
#include "tests/support/profiles.h"

namespace colourize::photo {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

Photo astronaut() {
  return decode(tests::folder + "golden/astronaut-181x133.png", {}, ignore_warnings);
}

using Toning = std::function<std::array<double, 3>(double grey)>;

// The astronaut's grey with the colours of a tone, 0 to 1.
Photo toned(const Toning& tone) {
  Photo photo = astronaut();
  auto& samples = std::get<Raster8>(photo.pixels).samples;
  for (std::size_t i = 0; i < samples.size(); i += 3) {
    const double grey = (0.299 * samples[i] + 0.587 * samples[i + 1] + 0.114 * samples[i + 2]) / 255;
    const auto colour = tone(grey);
    for (std::size_t c = 0; c < 3; ++c) {
      samples[i + c] = static_cast<std::uint8_t>(std::lround(255 * std::clamp(colour.at(c), 0.0, 1.0)));
    }
  }
  return photo;
}

// Within a 64th of luma, a tone changes by a few steps; rounding adds half a step.
TEST(OwnColours, AreNotInATonedPrint) {
  const std::vector<Toning> tonings{
      [](double y) {
        return std::array{y, y, y};
      },
      [](double y) {
        return std::array{1.13 * y, y, 0.78 * y};
      },  // sepia
      [](double y) {
        return std::array{std::pow(y, 2.2), std::pow(y, 1.2), 0.1 + 0.9 * std::pow(y, 0.6)};
      },  // cyanotype
      [](double y) {
        return std::array{y + 0.1 * std::sin(6 * y), y, y - 0.15 * std::sin(6 * y)};
      },  // split
  };
  for (const Toning& tone : tonings) {
    const Photo photo = toned(tone);
    EXPECT_LT(colour_beyond_tone(photo), 3);
    const RecordedWarnings warnings;
    EXPECT_FALSE(warn_of_own_colours(photo, "a.png", warnings.sink()));
    EXPECT_THAT(warnings.texts(), IsEmpty());
  }
}

TEST(OwnColours, OfAPhotographAreSaid) {
  const RecordedWarnings warnings;
  EXPECT_TRUE(warn_of_own_colours(astronaut(), "a.png", warnings.sink()));
  EXPECT_THAT(warnings.texts(), ElementsAre("a.png: is in colour already; its own colours are replaced"));
}

// Two colours of one luma, half the pixels each: the deviation is half their distance. With luma 100 in both: red of 40
// more needs green of 40 x 0.299 / 0.587 less.
template <class Sample>
void expect_formula(double white) {
  const double scale = white / 255;
  Raster<Sample> raster(2, 600, 3);  // rows are passed over, and the share stays
  const double less = 40 * 0.299 / 0.587;
  for (std::size_t i = 0; i < raster.samples.size(); i += 6) {
    for (std::size_t c = 0; c < 3; ++c) raster.samples[i + c] = static_cast<Sample>(std::lround(102 * scale));
    raster.samples[i + 3] = static_cast<Sample>(std::lround(142 * scale));
    raster.samples[i + 4] = static_cast<Sample>(std::lround((102 - less) * scale));
    raster.samples[i + 5] = static_cast<Sample>(std::lround(102 * scale));
  }
  const double expected = std::hypot(40 + less, (40 - less) / 2) / 2;
  EXPECT_NEAR(colour_beyond_tone({raster, {}}), expected, 0.5);  // samples are rounded by half a step
}

TEST(OwnColours, FollowTheFormulaAtBothDepths) {
  expect_formula<std::uint8_t>(255);
  expect_formula<std::uint16_t>(65535);
}

// ProPhoto's numbers lie closer together than those of sRGB for the same colours.
TEST(OwnColours, AreThoseOfSrgb) {
  Photo photo = astronaut();
  photo.metadata = Metadata().with_profile(tests::prophoto_profile());
  const double as_numbers = colour_beyond_tone(photo);
  settle_tones(photo, false, {}, "a.png", ignore_warnings);
  EXPECT_GT(colour_beyond_tone(photo), 1.2 * as_numbers);
}

}  // namespace
}  // namespace colourize::photo
