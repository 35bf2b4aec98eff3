// Skin and blue against their published definitions, and pictures whose share of blue in skin is known by construction.
#include "engine/photo/figures/skin.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <limits>
#include <numbers>
#include <optional>

#include "engine/photo/figures/picture_figures.h"

namespace colourize::photo {
namespace {

using Colour = std::array<int, 3>;

constexpr Colour skin{199, 149, 120};
constexpr Colour grey{120, 120, 120};
constexpr Colour blue{70, 90, 160};

bool is_skin(const Colour& colour) {
  return photo::is_skin(colour[0], colour[1], colour[2]);
}

Lab lab(const Colour& colour) {
  return lab_of(linear_light(colour[0] / 255.0), linear_light(colour[1] / 255.0), linear_light(colour[2] / 255.0));
}

struct Bound {
  const char* rule;
  Colour inside;
  Colour outside;
};

// For each condition of the two papers that decides anything, two colours one step apart that it alone tells apart; by
// tests/oracle/skin_and_blue.py, which has BT.601's published matrix.
constexpr std::array<Bound, 7> bounds{{{"R > 95", {96, 53, 50}, {95, 53, 50}},
                                       {"G > 40", {127, 41, 55}, {127, 40, 55}},
                                       {"B > 20", {115, 79, 21}, {115, 79, 20}},
                                       {"R - G > 15", {167, 151, 86}, {166, 151, 86}},
                                       {"Cb >= 77", {163, 132, 26}, {163, 132, 25}},
                                       {"Cb <= 127", {199, 149, 164}, {199, 149, 165}},
                                       {"Cr <= 173", {201, 104, 64}, {202, 104, 64}}}};

TEST(Skin, EndsAtThePublishedBounds) {
  for (const Bound& bound : bounds) {
    EXPECT_TRUE(is_skin(bound.inside)) << bound.rule;
    EXPECT_FALSE(is_skin(bound.outside)) << bound.rule;
  }
}

// Every condition as the papers print it, those that follow from others too, on a grid through all colours. The
// matrix is BT.601-7's own, for 0 to 1; so that its last digit cannot matter, nothing is asked within a hundredth of a
// step from where a sample is rounded.
TEST(Skin, IsWhereBothPapersAgree) {
  const auto between_steps = [](double sample) { return std::abs(sample - std::floor(sample) - 0.5) < 0.01; };
  int found = 0;
  for (int r = 0; r < 256; r += 3) {
    for (int g = 0; g < 256; g += 3) {
      for (int b = 0; b < 256; b += 3) {
        const double exact_cb = 128 + (-37.797 * r - 74.203 * g + 112.0 * b) / 255;
        const double exact_cr = 128 + (112.0 * r - 93.786 * g - 18.214 * b) / 255;
        if (between_steps(exact_cb) || between_steps(exact_cr)) continue;
        const double cb = std::round(exact_cb);
        const double cr = std::round(exact_cr);
        const bool chai_and_ngan = cb >= 77 && cb <= 127 && cr >= 133 && cr <= 173;
        const bool kovac = r > 95 && g > 40 && b > 20 && std::max({r, g, b}) - std::min({r, g, b}) > 15 &&
                           std::abs(r - g) > 15 && r > g && r > b;
        EXPECT_EQ(photo::is_skin(r, g, b), chai_and_ngan && kovac) << r << ' ' << g << ' ' << b;
        found += chai_and_ngan && kovac ? 1 : 0;
      }
    }
  }
  EXPECT_GT(found, 1000);
}

struct Chip {
  const char* name;
  Colour colour;
};

// Munsell's chips (Newhall, Nickerson and Judd 1943) in sRGB, by tests/oracle/skin_and_blue.py.
TEST(Blue, IsWhatMunsellCallsBlueAndPurpleBlue) {
  constexpr std::array<Chip, 7> blues{{{"5B 5/2", {105, 127, 133}},
                                       {"5B 5/4", {81, 130, 144}},
                                       {"10B 5/4", {94, 127, 148}},
                                       {"10B 5/6", {73, 129, 161}},
                                       {"5PB 5/4", {108, 124, 150}},
                                       {"5PB 5/6", {98, 124, 164}},
                                       {"10PB 5/6", {124, 117, 162}}}};
  constexpr std::array<Chip, 10> others{{{"5GY 5/4", {115, 129, 81}},
                                         {"5G 5/4", {85, 133, 110}},
                                         {"5BG 5/4", {76, 133, 128}},
                                         {"5BG 5/6", {36, 137, 130}},
                                         {"5P 5/4", {134, 117, 144}},
                                         {"5P 5/6", {140, 113, 155}},
                                         {"5RP 5/6", {164, 106, 128}},
                                         {"5R 5/6", {172, 105, 102}},
                                         {"5YR 5/6", {166, 110, 70}},
                                         {"5Y 5/6", {144, 121, 44}}}};
  for (const Chip& chip : blues) EXPECT_TRUE(is_blue(lab(chip.colour))) << chip.name;
  for (const Chip& chip : others) EXPECT_FALSE(is_blue(lab(chip.colour))) << chip.name;
  EXPECT_TRUE(is_blue(lab({0, 0, 255})));
  EXPECT_FALSE(is_blue(lab({255, 0, 255})));
  EXPECT_FALSE(is_blue(lab({0, 255, 255})));
}

TEST(Blue, HasAHueAndALeastChroma) {
  const auto colour = [](double hue, double chroma) {
    const double angle = hue * std::numbers::pi / 180;
    return Lab{.l = 50, .a = chroma * std::cos(angle), .b = chroma * std::sin(angle)};
  };
  for (int hue = 0; hue < 360; ++hue) {
    EXPECT_EQ(is_blue(colour(hue + 0.5, 20)), hue >= 207 && hue < 307) << hue;
    EXPECT_EQ(is_blue(colour(hue + 0.5, 8.01)), hue >= 207 && hue < 307) << hue;
    EXPECT_FALSE(is_blue(colour(hue + 0.5, 7.99))) << hue;
  }
}

// Nor what rounding makes of a grey.
TEST(Blue, IsNoGrey) {
  for (int value = 1; value < 255; ++value) {
    EXPECT_FALSE(is_blue(lab({value, value, value}))) << value;
    EXPECT_FALSE(is_blue(lab({value - 1, value, value + 1}))) << value;
  }
}

// `first` for so many pixels, and then `rest`.
template <class Raster>
Photo picture(int width, int count, const Colour& first, const Colour& rest) {
  using Sample = typename decltype(Raster(1, 1, 3).samples)::value_type;
  constexpr int steps = std::numeric_limits<Sample>::max() / 255;
  Raster raster(width, 1, 3);
  for (int x = 0; x < width; ++x) {
    for (std::size_t c = 0; c < 3; ++c) {
      raster.samples[3 * static_cast<std::size_t>(x) + c] = static_cast<Sample>((x < count ? first : rest)[c] * steps);
    }
  }
  return {raster, {}};
}

std::optional<double> blue_in_skin(const Photo& result, const Photo& original) {
  return compare_pictures(result, original, "a.png").blue_in_skin;
}

// Of 200 pixels 80 are skin. What is blue elsewhere does not count.
TEST(BlueInSkin, IsItsShare) {
  const auto original = picture<Raster8>(200, 80, skin, grey);
  EXPECT_EQ(blue_in_skin(picture<Raster8>(200, 20, blue, skin), original), 0.25);
  EXPECT_EQ(blue_in_skin(picture<Raster8>(200, 120, blue, skin), original), 1);
  EXPECT_EQ(blue_in_skin(picture<Raster8>(200, 80, skin, blue), original), 0);
  EXPECT_EQ(blue_in_skin(picture<Raster8>(200, 200, grey, grey), original), 0);
  EXPECT_EQ(blue_in_skin(original, original), 0);
}

TEST(BlueInSkin, IsTheSameOf16Bits) {
  const auto original = picture<Raster16>(200, 80, skin, grey);
  EXPECT_EQ(blue_in_skin(picture<Raster16>(200, 20, blue, skin), original), 0.25);
  EXPECT_EQ(blue_in_skin(picture<Raster8>(200, 20, blue, skin), original), 0.25);
}

// One per cent of 200 pixels is two.
TEST(BlueInSkin, NeedsOnePerCentOfSkin) {
  const auto result = picture<Raster8>(200, 1, blue, grey);
  EXPECT_EQ(blue_in_skin(result, picture<Raster8>(200, 2, skin, grey)), 0.5);
  EXPECT_FALSE(blue_in_skin(result, picture<Raster8>(200, 1, skin, grey)));
  EXPECT_FALSE(blue_in_skin(result, picture<Raster8>(200, 0, skin, grey)));
}

}  // namespace
}  // namespace colourize::photo
