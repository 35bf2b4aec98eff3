// Figures of pictures against published pairs, closed forms and scikit-image's numbers
// (tests/oracle/make_picture_figures.py).
#include <gtest/gtest.h>

#include <array>
#include <cmath>
#include <cstring>

#include "engine/photo/figures/ciede2000.h"
#include "engine/photo/figures/colourfulness.h"
#include "engine/photo/figures/picture_figures.h"
#include "system/error.h"
#include "tests/support/golden.h"

namespace colourize::photo {
namespace {

struct Pair {
  Lab first;
  Lab second;
  double difference;
};

// Table 1 of Sharma, Wu and Dalal 2005, "The CIEDE2000 Color-Difference Formula: Implementation Notes, Supplementary
// Test Data, and Mathematical Observations": 34 pairs that find out where an implementation goes wrong, to four
// decimals.
constexpr std::array<Pair, 34> published{{{{50, 2.6772, -79.7751}, {50, 0, -82.7485}, 2.0425},
                                          {{50, 3.1571, -77.2803}, {50, 0, -82.7485}, 2.8615},
                                          {{50, 2.8361, -74.0200}, {50, 0, -82.7485}, 3.4412},
                                          {{50, -1.3802, -84.2814}, {50, 0, -82.7485}, 1.0000},
                                          {{50, -1.1848, -84.8006}, {50, 0, -82.7485}, 1.0000},
                                          {{50, -0.9009, -85.5211}, {50, 0, -82.7485}, 1.0000},
                                          {{50, 0, 0}, {50, -1, 2}, 2.3669},
                                          {{50, -1, 2}, {50, 0, 0}, 2.3669},
                                          {{50, 2.49, -0.0010}, {50, -2.49, 0.0009}, 7.1792},
                                          {{50, 2.49, -0.0010}, {50, -2.49, 0.0010}, 7.1792},
                                          {{50, 2.49, -0.0010}, {50, -2.49, 0.0011}, 7.2195},
                                          {{50, 2.49, -0.0010}, {50, -2.49, 0.0012}, 7.2195},
                                          {{50, -0.0010, 2.49}, {50, 0.0009, -2.49}, 4.8045},
                                          {{50, -0.0010, 2.49}, {50, 0.0010, -2.49}, 4.8045},
                                          {{50, -0.0010, 2.49}, {50, 0.0011, -2.49}, 4.7461},
                                          {{50, 2.5, 0}, {50, 0, -2.5}, 4.3065},
                                          {{50, 2.5, 0}, {73, 25, -18}, 27.1492},
                                          {{50, 2.5, 0}, {61, -5, 29}, 22.8977},
                                          {{50, 2.5, 0}, {56, -27, -3}, 31.9030},
                                          {{50, 2.5, 0}, {58, 24, 15}, 19.4535},
                                          {{50, 2.5, 0}, {50, 3.1736, 0.5854}, 1.0000},
                                          {{50, 2.5, 0}, {50, 3.2972, 0}, 1.0000},
                                          {{50, 2.5, 0}, {50, 1.8634, 0.5757}, 1.0000},
                                          {{50, 2.5, 0}, {50, 3.2592, 0.3350}, 1.0000},
                                          {{60.2574, -34.0099, 36.2677}, {60.4626, -34.1751, 39.4387}, 1.2644},
                                          {{63.0109, -31.0961, -5.8663}, {62.8187, -29.7946, -4.0864}, 1.2630},
                                          {{61.2901, 3.7196, -5.3901}, {61.4292, 2.2480, -4.9620}, 1.8731},
                                          {{35.0831, -44.1164, 3.7933}, {35.0232, -40.0716, 1.5901}, 1.8645},
                                          {{22.7233, 20.0904, -46.6940}, {23.0331, 14.9730, -42.5619}, 2.0373},
                                          {{36.4612, 47.8580, 18.3852}, {36.2715, 50.5065, 21.2231}, 1.4146},
                                          {{90.8027, -2.0831, 1.4410}, {91.1528, -1.6435, 0.0447}, 1.4441},
                                          {{90.9257, -0.5406, -0.9208}, {88.6381, -0.8985, -0.7239}, 1.5381},
                                          {{6.7747, -0.2908, -2.4247}, {5.8714, -0.0985, -2.2286}, 0.6377},
                                          {{2.0776, 0.0795, -1.1350}, {0.9033, -0.0636, -0.5514}, 0.9082}}};

TEST(Ciede2000, EqualsThePublishedPairs) {
  for (std::size_t i = 0; i < published.size(); ++i) {
    const auto& [first, second, difference] = published.at(i);
    EXPECT_NEAR(ciede2000(first, second), difference, 5.1e-5) << "pair " << i + 1;
    EXPECT_NEAR(ciede2000(second, first), difference, 5.1e-5) << "pair " << i + 1 << ", the other way round";
  }
}

TEST(Ciede2000, OfEqualColoursIsNone) {
  EXPECT_EQ(ciede2000({}, {}), 0);
  EXPECT_EQ(ciede2000({40, 20, -30}, {40, 20, -30}), 0);
  EXPECT_NEAR(ciede2000({0, 0, 0}, {100, 0, 0}), 100, 1e-9);
}

// sRGB's primaries, from Lindbloom's calculator (D65, no adaptation).
TEST(Cielab, OfPureColoursIsPublished) {
  const Lab red = lab_of(1, 0, 0);
  EXPECT_NEAR(red.l, 53.24, 0.01);
  EXPECT_NEAR(red.a, 80.09, 0.01);
  EXPECT_NEAR(red.b, 67.20, 0.01);
  const Lab white = lab_of(1, 1, 1);
  EXPECT_NEAR(white.l, 100, 1e-9);
  EXPECT_EQ(white.a, 0);
  EXPECT_EQ(white.b, 0);
}

// The left half in one colour, the right half in another.
Raster8 halves(const std::array<std::uint8_t, 3>& left, const std::array<std::uint8_t, 3>& right, int channels = 3) {
  constexpr int width = 8;
  Raster8 raster(width, 6, channels);
  for (int y = 0; y < raster.height; ++y) {
    for (int x = 0; x < width; ++x) {
      const auto& colour = x < width / 2 ? left : right;
      std::copy(colour.begin(), colour.end(), raster.row(y).begin() + static_cast<std::ptrdiff_t>(x) * channels);
    }
  }
  return raster;
}

TEST(Colourfulness, OfGreyIsNone) {
  const Colourfulness grey = colourfulness(halves({20, 20, 20}, {200, 200, 200}));
  EXPECT_EQ(grey.opponent, 0);
  EXPECT_NEAR(grey.lab, 0, 1e-9);
}

// Half of it red, half green: rg is 255 and -255, yb 127.5 twice.
TEST(Colourfulness, OfPureColoursIsItsFormula) {
  const Colourfulness figure = colourfulness(halves({255, 0, 0}, {0, 255, 0}));
  EXPECT_NEAR(figure.opponent, 255 + 0.3 * 127.5, 1e-9);
  // Red has a* = 80.09, b* = 67.20, green -86.18, 83.18 (Lindbloom's calculator, sRGB, D65).
  const double deviation = std::hypot((80.09 + 86.18) / 2, (67.20 - 83.18) / 2);
  EXPECT_NEAR(figure.lab, deviation + 0.37 * std::hypot((80.09 - 86.18) / 2, (67.20 + 83.18) / 2), 0.02);
}

class PictureFiguresOf : public testing::TestWithParam<const char*> {
 protected:
  // NAME.what of the golden file, as numbers.
  std::vector<double> expected(const std::string& what) const {
    const std::span<const std::byte> bytes = golden_.bytes(GetParam() + ("." + what));
    std::vector<double> values(bytes.size() / sizeof(double));
    std::memcpy(values.data(), bytes.data(), bytes.size());
    return values;
  }
  Photo picture(const std::string& what) const {
    const std::string name = GetParam() + ("." + what);
    const weights::Dimensions& shape = golden_.shape(name);
    const std::span<const std::byte> bytes = golden_.bytes(name);
    const auto fill = [&](auto raster) {
      std::memcpy(raster.samples.data(), bytes.data(), bytes.size());
      return Photo{std::move(raster), {}};
    };
    const int width = static_cast<int>(shape[1]);
    const int height = static_cast<int>(shape[0]);
    const bool deep = bytes.size() == static_cast<std::size_t>(width) * static_cast<std::size_t>(height) * 3 * 2;
    return deep ? fill(Raster16(width, height, 3)) : fill(Raster8(width, height, 3));
  }

  const tests::GoldenFile golden_{"picture_figures"};
};

// scikit-image's matrix and white have fewer digits than ours: a hundredth in the difference of two colours at most.
TEST_P(PictureFiguresOf, EqualScikitImage) {
  const PictureFigures figures = compare_pictures(picture("result"), picture("original"), "result.png");
  constexpr double of_matrix = 0.01;
  const auto differences = expected("ciede2000");
  EXPECT_NEAR(figures.ciede2000.mean, differences[0], of_matrix);
  EXPECT_NEAR(figures.ciede2000.median, differences[1], of_matrix + 0.01);
  EXPECT_NEAR(figures.ciede2000.ninetieth, differences[2], of_matrix + 0.01);
  EXPECT_NEAR(figures.ciede2000.ninety_ninth, differences[3], of_matrix + 0.01);
  EXPECT_NEAR(figures.colourfulness.result, expected("colourfulness")[0], 1e-9);
  EXPECT_NEAR(figures.colourfulness.original, expected("colourfulness")[1], 1e-9);
  EXPECT_NEAR(figures.mean_chroma.result, expected("mean_chroma")[0], of_matrix);
  EXPECT_NEAR(figures.mean_chroma.original, expected("mean_chroma")[1], of_matrix);
  ASSERT_TRUE(figures.matched);
  EXPECT_NEAR(figures.matched->factor, expected("matched")[0], 3e-4);
  EXPECT_NEAR(figures.matched->ciede2000, expected("matched")[1], of_matrix);
  EXPECT_NEAR(figures.luma_shift, expected("luma_shift")[0], 1e-9);
  EXPECT_NEAR(figures.largest_luma_shift, expected("luma_shift")[1], 1e-9);
  EXPECT_NEAR(figures.clipped, expected("clipped")[0], 1e-12);
}

INSTANTIATE_TEST_SUITE_P(Pictures, PictureFiguresOf, testing::Values("paler", "livelier", "deep"),
                         [](const auto& param) { return std::string(param.param); });

TEST(PictureFigures, OfEqualPicturesAreZero) {
  const Photo photo{halves({200, 100, 50}, {30, 60, 90}), {}};
  const PictureFigures figures = compare_pictures(photo, photo, "a.png");
  EXPECT_EQ(figures.ciede2000.mean, 0);
  EXPECT_EQ(figures.luma_shift, 0);
  ASSERT_TRUE(figures.matched);
  EXPECT_EQ(figures.matched->factor, 1);
  EXPECT_EQ(figures.clipped, 0);
}

TEST(PictureFigures, AGreyResultHasNoFactor) {
  const Photo grey{halves({120, 120, 120}, {60, 60, 60}), {}};
  const Photo original{halves({200, 100, 50}, {30, 60, 90}), {}};
  const PictureFigures figures = compare_pictures(grey, original, "a.png");
  EXPECT_FALSE(figures.matched);
  EXPECT_GT(figures.ciede2000.mean, 1);
}

// Dark grey with a trace of blue cannot be made as colourful as pure red and green.
TEST(PictureFigures, WhatCannotBeMatchedSaysSo) {
  const Photo dull{halves({2, 2, 3}, {2, 2, 2}), {}};
  const Photo vivid{halves({255, 0, 0}, {0, 255, 0}), {}};
  EXPECT_FALSE(compare_pictures(dull, vivid, "a.png").matched);
}

TEST(PictureFigures, AGreyOriginalIsMatchedByNoChroma) {
  const Photo coloured{halves({140, 120, 100}, {60, 80, 100}), {}};
  const Photo grey{halves({120, 120, 120}, {80, 80, 80}), {}};
  const PictureFigures figures = compare_pictures(coloured, grey, "a.png");
  ASSERT_TRUE(figures.matched);
  EXPECT_EQ(figures.matched->factor, 0);
  EXPECT_LT(figures.matched->ciede2000, figures.ciede2000.mean);
}

TEST(PictureFigures, CountWhatIsClippedButNotBlackOrWhite) {
  const Photo original{halves({10, 10, 10}, {20, 20, 20}), {}};
  EXPECT_EQ(compare_pictures({halves({0, 0, 0}, {255, 255, 255}), {}}, original, "a").clipped, 0);
  EXPECT_EQ(compare_pictures({halves({255, 40, 30}, {9, 8, 7}), {}}, original, "a").clipped, 0.5);
  EXPECT_EQ(compare_pictures({halves({255, 40, 30}, {9, 0, 7}), {}}, original, "a").clipped, 1);
}

TEST(PictureFigures, LeaveAlphaOut) {
  Raster8 with_alpha = halves({200, 100, 50}, {30, 60, 90}, 4);
  const Photo original{halves({120, 110, 50}, {30, 80, 90}), {}};
  const Photo opaque{halves({200, 100, 50}, {30, 60, 90}), {}};
  for (std::size_t i = 3; i < with_alpha.samples.size(); i += 4) with_alpha.samples[i] = static_cast<std::uint8_t>(i);
  EXPECT_EQ(compare_pictures({with_alpha, {}}, original, "a").ciede2000.mean,
            compare_pictures(opaque, original, "a").ciede2000.mean);
  EXPECT_EQ(compare_pictures(original, {with_alpha, {}}, "a").ciede2000.mean,
            compare_pictures(original, opaque, "a").ciede2000.mean);
}

TEST(PictureFigures, RefuseAnotherSize) {
  const Photo photo{Raster8(4, 3, 3), {}};
  const Photo turned{Raster8(3, 4, 3), {}};
  EXPECT_THROW(compare_pictures(photo, turned, "a.png"), Error);
}

}  // namespace
}  // namespace colourize::photo
