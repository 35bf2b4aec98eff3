// Images in memory, through the library's door. The same pixels take the road of the picture files too, and what that
// gives is known to be right by engine/photo's own tests.
#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdint>
#include <limits>
#include <vector>

#include "colourize/colourize.hpp"
#include "engine/photo/decode.h"
#include "engine/photo/encode.h"
#include "kernels/bt601.h"
#include "system/warnings.h"
#include "tests/library/small_options.h"
#include "tests/support/program.h"

namespace colourize {
namespace {

using tests::small_options;
namespace bt601 = kernels::bt601;

constexpr int width = 61;
constexpr int height = 47;
template <class Sample>
struct Traits;
template <>
struct Traits<std::uint8_t> {
  static constexpr colourize_sample_type type = COLOURIZE_UINT8;
  static constexpr double white = 255;
};
template <>
struct Traits<std::uint16_t> {
  static constexpr colourize_sample_type type = COLOURIZE_UINT16;
  static constexpr double white = 65535;
};
template <>
struct Traits<float> {
  static constexpr colourize_sample_type type = COLOURIZE_FLOAT32;
  static constexpr double white = 1;
};

// Light and shadow, 0 to 1, with some structure.
double shade(int x, int y) {
  return 0.5 + 0.25 * std::sin(x * 0.2) + 0.2 * std::cos(y * 0.13 + x * 0.05);
}

template <class Sample>
Sample sample_of(double value) {
  const double scaled = value * Traits<Sample>::white;
  return std::is_floating_point_v<Sample> ? static_cast<Sample>(scaled) : static_cast<Sample>(std::lround(scaled));
}

// Of 1 to 4 channels; red, green and blue are the shade, so that each kind shows the same picture. Alpha is a ramp.
template <class Sample>
std::vector<Sample> picture(int channels) {
  std::vector<Sample> samples;
  for (int y = 0; y < height; ++y) {
    for (int x = 0; x < width; ++x) {
      const Sample grey = sample_of<Sample>(shade(x, y));
      samples.insert(samples.end(), channels < 3 ? 1 : 3, grey);
      if (channels % 2 == 0) samples.push_back(sample_of<Sample>(static_cast<double>(x) / width));
    }
  }
  return samples;
}

template <class Sample>
ConstImage image_of(const std::vector<Sample>& samples, int channels) {
  return {samples.data(), width, height, channels, Traits<Sample>::type};
}
template <class Sample>
Image image_of(std::vector<Sample>& samples, int channels) {
  return {samples.data(), width, height, channels, Traits<Sample>::type};
}

template <class Sample>
std::vector<Sample> room(int channels) {
  return std::vector<Sample>(static_cast<std::size_t>(width) * height * static_cast<std::size_t>(channels), Sample{7});
}

template <class Sample>
class ImageTest : public testing::Test {
 protected:
  std::vector<Sample> coloured(int from_channels, int to_channels) {
    const std::vector<Sample> from = picture<Sample>(from_channels);
    std::vector<Sample> to = room<Sample>(to_channels);
    session_.colour(image_of(from, from_channels), image_of(to, to_channels));
    return to;
  }

  Session session_{Model(), small_options()};
};
using SampleTypes = testing::Types<std::uint8_t, std::uint16_t, float>;
TYPED_TEST_SUITE(ImageTest, SampleTypes);

TYPED_TEST(ImageTest, KeepsItsLumaAndGetsColours) {
  const auto grey = picture<TypeParam>(1);
  const auto colours = this->coloured(1, 3);
  const double white = Traits<TypeParam>::white;
  double furthest = 0;
  double chroma = 0;
  for (std::size_t i = 0; i < grey.size(); ++i) {
    const auto red = static_cast<float>(colours[3 * i]);
    const auto green = static_cast<float>(colours[3 * i + 1]);
    const auto blue = static_cast<float>(colours[3 * i + 2]);
    furthest = std::max<double>(furthest, std::abs(bt601::luma(red, green, blue) - static_cast<float>(grey[i])));
    chroma += std::abs(red - blue) / white;
  }
  // Three samples that are rounded to whole numbers: half of one at most, for the weights' sum is 1.
  const double rounding = std::is_floating_point_v<TypeParam> ? 2.0 / 65535 : 0.5 + white * 1e-6;
  EXPECT_LE(furthest, rounding);
  EXPECT_GT(chroma / static_cast<double>(grey.size()), 0.01) << "it stayed grey";
}

// Whatever its channels are, a picture gets the same colours; alpha is carried, or opaque.
TYPED_TEST(ImageTest, TakesAllChannels) {
  const auto expected = this->coloured(1, 3);
  for (int from = 1; from <= 4; ++from) {
    for (const int to : {3, 4}) {
      const auto given = picture<TypeParam>(from);
      const auto result = this->coloured(from, to);
      const auto stride = static_cast<std::size_t>(to);
      const double slack = std::is_floating_point_v<TypeParam> ? 1e-6 : 0;  // luma of three equal floats
      for (std::size_t i = 0; i < static_cast<std::size_t>(width) * height; ++i) {
        for (std::size_t c = 0; c < 3; ++c) {
          ASSERT_NEAR(static_cast<double>(result[stride * i + c]), static_cast<double>(expected[3 * i + c]), slack)
              << from << " channels to " << to << ", pixel " << i;
        }
        if (to < 4) continue;
        const auto opaque = static_cast<TypeParam>(Traits<TypeParam>::white);
        const auto channels = static_cast<std::size_t>(from);
        ASSERT_EQ(result[stride * i + 3], from % 2 == 0 ? given[channels * i + channels - 1] : opaque)
            << from << " channels to " << to << ", pixel " << i;
      }
    }
  }
}

TYPED_TEST(ImageTest, MayBeColouredInPlace) {
  const auto expected = this->coloured(4, 4);
  auto samples = picture<TypeParam>(4);
  this->session_.colour(image_of(std::as_const(samples), 4), image_of(samples, 4));
  EXPECT_EQ(samples, expected);
}

// Rows with gaps, and rows that go up; what lies between them stays.
TYPED_TEST(ImageTest, TakesRowsAsTheyLie) {
  const auto expected = this->coloured(1, 3);
  constexpr std::size_t gap = 5;
  const TypeParam untouched{9};
  const auto grey = picture<TypeParam>(1);
  std::vector<TypeParam> from((width + gap) * height, untouched);
  std::vector<TypeParam> to((3 * width + gap) * height, untouched);
  for (std::size_t y = 0; y < height; ++y) {
    const std::size_t row = (height - 1 - y) * (width + gap);
    std::copy_n(grey.begin() + static_cast<std::ptrdiff_t>(y * width), width,
                from.begin() + static_cast<std::ptrdiff_t>(row));
  }
  const auto bytes = static_cast<std::ptrdiff_t>(sizeof(TypeParam));
  const ConstImage source{from.data() + (height - 1) * (width + gap),       width, height, 1, Traits<TypeParam>::type,
                          -static_cast<std::ptrdiff_t>(width + gap) * bytes};
  const Image target{
      to.data(), width, height, 3, Traits<TypeParam>::type, static_cast<std::ptrdiff_t>(3 * width + gap) * bytes};
  this->session_.colour(source, target);
  for (std::size_t y = 0; y < height; ++y) {
    const auto row = to.begin() + static_cast<std::ptrdiff_t>(y * (3 * width + gap));
    const auto right = expected.begin() + static_cast<std::ptrdiff_t>(y * 3 * width);
    ASSERT_TRUE(std::equal(row, row + 3 * width, right)) << "row " << y;
    for (std::size_t i = 0; i < gap; ++i) ASSERT_EQ(row[static_cast<std::ptrdiff_t>(3 * width + i)], untouched);
  }
}

class ImageFiles : public tests::Program {};

TEST_F(ImageFiles, GetTheSameColoursAsImagesInMemory) {
  Session session(Model(), small_options());
  auto samples = picture<std::uint8_t>(3);
  photo::Raster8 raster(width, height, 3);
  raster.samples = samples;
  photo::write({raster, {}}, folder_ / "grey.png", ignore_warnings);
  session.photo(folder_ / "grey.png", folder_ / "colour.png");
  session.colour(image_of(std::as_const(samples), 3), image_of(samples, 3));
  EXPECT_EQ(std::get<photo::Raster8>(photo::decode(folder_ / "colour.png", {}, ignore_warnings).pixels).samples,
            samples);
}

// What lies below black and above white is a scan's own: it stays, and the colours are those of black and white.
TEST(FloatImages, KeepWhatLiesOutsideTheRange) {
  Session session(Model(), small_options());
  auto samples = picture<float>(1);
  samples[100] = -0.25F;
  samples[200] = 1.75F;
  std::vector<float> to = room<float>(3);
  session.colour(image_of(std::as_const(samples), 1), image_of(to, 3));
  for (const auto& [pixel, luma] : {std::pair{std::size_t{100}, -0.25F}, {std::size_t{200}, 1.75F}}) {
    for (std::size_t c = 0; c < 3; ++c) EXPECT_NEAR(to[3 * pixel + c], luma, 0.5) << pixel;
    const float least = *std::min_element(&to[3 * pixel], &to[3 * pixel] + 3);
    const float most = *std::max_element(&to[3 * pixel], &to[3 * pixel] + 3);
    EXPECT_GE(least, std::min(luma, 0.0F));
    EXPECT_LE(most, std::max(luma, 1.0F));
    EXPECT_TRUE(luma < 0 ? least < 0 : most > 1) << "it was clamped";
  }
  samples[300] = std::numeric_limits<float>::quiet_NaN();
  try {
    session.colour(image_of(std::as_const(samples), 1), image_of(to, 3));
    FAIL() << "a NaN was taken";
  } catch (const Failure& failure) {
    EXPECT_EQ(failure.status(), COLOURIZE_INVALID) << failure.what();
  }
}

colourize_image plain(std::vector<std::uint8_t>& samples, int channels) {
  return {samples.data(), width, height, channels, COLOURIZE_UINT8, 0};
}

// Each is wrong in one thing.
TEST(ImageArguments, AreLookedAtBeforeTheyAreUsed) {
  Session session(Model(), small_options());
  auto grey = picture<std::uint8_t>(1);
  auto colours = room<std::uint8_t>(3);
  const auto refused = [&](const char* what, const auto& change) {
    colourize_image from = plain(grey, 1);
    colourize_image to = plain(colours, 3);
    change(from, to);
    EXPECT_EQ(colourize_image_colour(session.get(), &from, &to, nullptr, nullptr), COLOURIZE_INVALID) << what;
    EXPECT_EQ(colourize_last_error()->status, COLOURIZE_INVALID) << what;
  };
  using I = colourize_image&;
  refused("no samples", [](I from, I) { from.samples = nullptr; });
  refused("no room", [](I, I to) { to.samples = nullptr; });
  refused("no width", [](I from, I to) { from.width = to.width = 0; });
  refused("a negative height", [](I from, I to) { from.height = to.height = -3; });
  refused("no channels", [](I from, I) { from.channels = 0; });
  refused("five channels", [](I from, I) { from.channels = 5; });
  refused("a grey target", [](I, I to) { to.channels = 1; });
  refused("another size", [](I, I to) { to.width -= 1; });
  refused("another type", [](I, I to) { to.type = COLOURIZE_UINT16; });
  refused("no type", [](I from, I to) { from.type = to.type = static_cast<colourize_sample_type>(0); });
  refused("overlapping rows", [](I from, I) { from.row_bytes = width - 1; });
  refused("overlapping rows that go up", [](I from, I) { from.row_bytes = 1 - width; });
  refused("rows beyond memory", [](I from, I) { from.row_bytes = std::numeric_limits<std::ptrdiff_t>::max(); });
  refused("rows beyond memory", [](I from, I) { from.row_bytes = std::numeric_limits<std::ptrdiff_t>::min(); });
  refused("odd rows of 16 bits", [](I from, I to) {
    from.type = to.type = COLOURIZE_UINT16;
    from.row_bytes = 2 * width + 1;
  });
  const colourize_image from = plain(grey, 1);
  EXPECT_EQ(colourize_image_colour(nullptr, &from, &from, nullptr, nullptr), COLOURIZE_INVALID);
  EXPECT_EQ(colourize_image_colour(session.get(), nullptr, &from, nullptr, nullptr), COLOURIZE_INVALID);
  EXPECT_EQ(colourize_image_colour(session.get(), &from, nullptr, nullptr, nullptr), COLOURIZE_INVALID);
}

}  // namespace
}  // namespace colourize
