// What a file's numbers mean: grey profiles and a PNG's gAMA become sRGB, other spaces of RGB stay what they are.
#include "engine/photo/tones.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <lcms2.h>

#include <cmath>
#include <cstring>

#include "engine/photo/encode.h"
#include "system/recorded_warnings.h"
#include "tests/support/pictures.h"
#include "tests/support/png_chunks.h"
#include "tests/support/profiles.h"

namespace colourize::photo {
namespace {

using testing::ElementsAre;
using testing::EndsWith;
using testing::IsEmpty;

// The sRGB of this light (IEC 61966-2-1), both 0 to 1.
double srgb_of(double light) {
  return light <= 0.0031308 ? 12.92 * light : 1.055 * std::pow(light, 1 / 2.4) - 0.055;
}

// One row with every level of so many bits.
template <class Sample>
Photo all_levels(std::span<const std::byte> profile) {
  Raster<Sample> raster(int{std::numeric_limits<Sample>::max()} + 1, 1, 3);
  for (std::size_t i = 0; i < raster.samples.size(); ++i) raster.samples[i] = static_cast<Sample>(i / 3);
  return {raster, Metadata().with_profile(profile)};
}

template <class Sample>
const std::vector<Sample>& samples_of(const Photo& photo) {
  return std::get<Raster<Sample>>(photo.pixels).samples;
}

// Rounding to nearest is off by half a step. A profile holds a gamma to half of 2^-16, which moves a sample x of 0 to 1
// by less than 2^-17 x 0.44 x ln x, or a twelfth of a 16-bit step; Little CMS's own arithmetic moves it by a hundredth.
template <class Sample>
void expect_gamma(double gamma) {
  Photo photo = all_levels<Sample>(tests::grey_profile(gamma));
  const RecordedWarnings warnings;
  settle_tones(photo, true, {}, "a.png", warnings.sink());
  EXPECT_THAT(warnings.texts(), ElementsAre("a.png: its grey samples were converted by its ICC profile to sRGB"));
  constexpr double white = std::numeric_limits<Sample>::max();
  const auto& samples = samples_of<Sample>(photo);
  for (std::size_t i = 0; i < samples.size(); ++i) {
    ASSERT_NEAR(samples[i], white * srgb_of(std::pow(static_cast<double>(i / 3) / white, gamma)), 0.6) << i / 3;
  }
  EXPECT_EQ(photo.space, nullptr);
  EXPECT_TRUE(std::ranges::equal(photo.metadata.profile(), srgb_profile()));
}

TEST(GreyProfile, IsAppliedByItsFormula) {
  for (const double gamma : {1.0, 1.8, 2.2}) {
    expect_gamma<std::uint8_t>(gamma);
    expect_gamma<std::uint16_t>(gamma);
  }
}

// tests/oracle/make_tones.py: Little CMS through Pillow, which rounds once more and has the curve of sRGB to 16 bits.
TEST(GreyProfile, IsAppliedAsPillowDoes) {
  const tests::GoldenFile golden("tones");
  constexpr std::size_t ramp = 1025;
  for (const std::string name : {"linear", "gamma22", "dots"}) {
    Raster16 raster(ramp, 1, 3);
    for (std::size_t i = 0; i < raster.samples.size(); ++i) {
      raster.samples[i] = static_cast<std::uint16_t>(std::lround(65535.0 * static_cast<double>(i / 3) / 1024));
    }
    Photo photo{raster, Metadata().with_profile(golden.bytes(name + ".profile"))};
    settle_tones(photo, true, {}, "a.png", ignore_warnings);
    const std::span<const std::byte> expected = golden.bytes(name + ".srgb");
    ASSERT_EQ(expected.size(), 2 * ramp);
    for (std::size_t i = 0; i < ramp; ++i) {
      std::uint16_t value = 0;
      std::memcpy(&value, expected.data() + 2 * i, sizeof value);
      ASSERT_NEAR(samples_of<std::uint16_t>(photo)[3 * i + 1], value, 1) << name << " " << i;
    }
  }
}

TEST(GreyProfile, LeavesAlphaAlone) {
  Raster8 raster(2, 1, 4);
  raster.samples = {128, 128, 128, 128, 0, 0, 0, 77};
  Photo photo{raster, Metadata().with_profile(tests::grey_profile(1))};
  settle_tones(photo, true, {}, "a.png", ignore_warnings);
  EXPECT_THAT(samples_of<std::uint8_t>(photo), ElementsAre(188, 188, 188, 128, 0, 0, 0, 77));
}

TEST(Profile, ThatCannotBeReadIsSaidOnceAndChangesNothing) {
  std::vector<std::byte> nonsense(300, std::byte{7});
  Photo photo = all_levels<std::uint8_t>(nonsense);
  const RecordedWarnings warnings;
  settle_tones(photo, true, {}, "a.png", warnings.sink());
  encode(photo, "a.png", warnings.sink());
  EXPECT_THAT(warnings.texts(),
              ElementsAre("a.png: its ICC profile cannot be read and is left out; the samples stay as they are"));
  EXPECT_EQ(samples_of<std::uint8_t>(photo), samples_of<std::uint8_t>(all_levels<std::uint8_t>({})));
}

// A header alone, without curves.
TEST(Profile, WithoutCurvesIsSaidOnceAndChangesNothing) {
  for (const bool grey : {true, false}) {
    std::vector<std::byte> profile = grey ? tests::grey_profile(1) : srgb_profile();
    for (std::size_t i = 132; i < profile.size(); ++i) profile[i] = std::byte{0};
    Photo photo = all_levels<std::uint8_t>(profile);
    const RecordedWarnings warnings;
    settle_tones(photo, grey, {}, "a.png", warnings.sink());
    EXPECT_EQ(warnings.texts().size(), 1U);
    EXPECT_EQ(samples_of<std::uint8_t>(photo), samples_of<std::uint8_t>(all_levels<std::uint8_t>({})));
    EXPECT_EQ(photo.space, nullptr);
  }
}

TEST(Profile, OfGreyInAColouredFileIsLeftOut) {
  Photo photo = all_levels<std::uint8_t>(tests::grey_profile(1));
  const RecordedWarnings warnings;
  settle_tones(photo, false, {}, "a.png", warnings.sink());
  EXPECT_THAT(warnings.texts(), ElementsAre("a.png: its ICC profile is not for RGB and is left out"));
  EXPECT_TRUE(photo.metadata.profile().empty());
}

TEST(Profile, OfSrgbOrOfNothingChangesNothing) {
  for (const auto& profile : {srgb_profile(), tests::saved(cmsCreate_sRGBProfile()), std::vector<std::byte>()}) {
    Photo photo = all_levels<std::uint16_t>(profile);
    const RecordedWarnings warnings;
    settle_tones(photo, false, {}, "a.png", warnings.sink());
    EXPECT_THAT(warnings.texts(), IsEmpty());
    EXPECT_EQ(photo.space, nullptr);
    EXPECT_TRUE(std::ranges::equal(photo.metadata.profile(), profile));
    EXPECT_EQ(samples_of<std::uint16_t>(photo), samples_of<std::uint16_t>(all_levels<std::uint16_t>({})));
  }
}

TEST(Profile, OfAnotherSpaceKeepsSamplesAndProfile) {
  for (const auto& profile : {tests::prophoto_profile(), tests::adobe_profile(), tests::display_p3_profile()}) {
    Photo photo = all_levels<std::uint8_t>(profile);
    settle_tones(photo, false, {}, "a.png", ignore_warnings);
    EXPECT_NE(photo.space, nullptr);
    EXPECT_TRUE(std::ranges::equal(photo.metadata.profile(), profile));
    EXPECT_EQ(samples_of<std::uint8_t>(photo), samples_of<std::uint8_t>(all_levels<std::uint8_t>({})));
  }
}

TEST(SrgbProfile, HasTheSameBytesEachTime) {
  EXPECT_EQ(srgb_profile(), srgb_profile());
  EXPECT_EQ(std::string(reinterpret_cast<const char*>(srgb_profile().data()) + 24, 6),
            std::string("\x07\xE6\0\5\0\1", 6))
      << "the time of making is a day of ours";
}

// A grey of 188 is about half of sRGB's light, and 0.5 of light is that sample where the gamma is 1.
const std::string half = tests::grey_png("\x80\x80", 8);
Photo decoded(const std::string& chunks, const Warn& warn = ignore_warnings, const std::string& file = half) {
  return decode(tests::bytes_of(tests::with_png_chunks(file, chunks)), "a.png", {}, warn);
}
std::string gamma_chunk(std::uint32_t number) {
  return tests::png_chunk("gAMA", tests::big_endian_32(number));
}
// White, red, green, blue: x and y of each.
std::string primaries_chunk(const std::array<std::uint32_t, 8>& numbers) {
  std::string data;
  for (const std::uint32_t number : numbers) data += tests::big_endian_32(number);
  return tests::png_chunk("cHRM", data);
}
constexpr std::array<std::uint32_t, 8> srgb{31270, 32900, 64000, 33000, 30000, 60000, 15000, 6000};
constexpr std::array<std::uint32_t, 8> display_p3{31270, 32900, 68000, 32000, 26500, 69000, 15000, 6000};

TEST(PngGamma, OfOneMakesGreyBrighter) {
  const RecordedWarnings warnings;
  const Photo photo = decoded(gamma_chunk(100'000), warnings.sink());
  EXPECT_EQ(samples_of<std::uint8_t>(photo)[0], std::lround(255 * srgb_of(128.0 / 255)));
  EXPECT_THAT(warnings.texts(), ElementsAre("a.png: its grey samples were converted by its gAMA to sRGB"));
}

TEST(PngGamma, OfDeepGreyIsExact) {
  const std::string deep = tests::grey_png(std::string("\x01\x02\x80\x01", 4), 16);
  const Photo photo = decoded(gamma_chunk(100'000), ignore_warnings, deep);
  EXPECT_NEAR(samples_of<std::uint16_t>(photo)[0], 65535 * srgb_of(0x0102 / 65535.0), 0.51);
  EXPECT_NEAR(samples_of<std::uint16_t>(photo)[3], 65535 * srgb_of(0x8001 / 65535.0), 0.51);
}

TEST(PngGamma, OfSrgbsChangesNothing) {
  for (const std::string& chunks :
       {gamma_chunk(45'455), gamma_chunk(45'455) + primaries_chunk(srgb), primaries_chunk(display_p3), gamma_chunk(0),
        gamma_chunk(999), gamma_chunk(10'000'001), tests::png_chunk("gAMA", "abc")}) {
    const RecordedWarnings warnings;
    EXPECT_EQ(samples_of<std::uint8_t>(decoded(chunks, warnings.sink()))[0], 128);
    EXPECT_THAT(warnings.texts(), IsEmpty());
  }
}

// PNG, 11.3.2: iCCP goes before sRGB, and sRGB before gAMA.
TEST(PngGamma, YieldsToAProfileAndToSrgb) {
  const std::string intent = tests::png_chunk("sRGB", std::string(1, '\0'));
  EXPECT_EQ(samples_of<std::uint8_t>(decoded(intent + gamma_chunk(100'000)))[0], 128);
  const Photo grey{Raster8(2, 1, 3), Metadata().with_profile(tests::prophoto_profile())};
  const auto bytes = encode(grey, "a.png", ignore_warnings);
  const std::string file(reinterpret_cast<const char*>(bytes.data()), bytes.size());
  const Photo photo = decoded(intent + gamma_chunk(100'000), ignore_warnings, file);
  EXPECT_TRUE(std::ranges::equal(photo.metadata.profile(), tests::prophoto_profile()));
  EXPECT_NE(photo.space, nullptr);
}

TEST(PngPrimaries, OfAColouredPictureBecomeItsProfile) {
  const Photo black{Raster8(2, 1, 3), {}};
  const auto bytes = encode(black, "a.png", ignore_warnings);
  const std::string file(reinterpret_cast<const char*>(bytes.data()), bytes.size());
  for (const std::string& chunks : {primaries_chunk(display_p3) + gamma_chunk(45'455), gamma_chunk(100'000)}) {
    const RecordedWarnings warnings;
    const Photo photo = decoded(chunks, warnings.sink(), file);
    EXPECT_THAT(warnings.texts(), IsEmpty());
    EXPECT_NE(photo.space, nullptr);
    EXPECT_FALSE(photo.metadata.profile().empty());
  }
  for (const std::string& chunks : {primaries_chunk(srgb) + gamma_chunk(45'455), gamma_chunk(45'455)}) {
    EXPECT_EQ(decoded(chunks, ignore_warnings, file).space, nullptr);
  }
  const RecordedWarnings warnings;
  EXPECT_EQ(decoded(primaries_chunk({}) + gamma_chunk(100'000), warnings.sink(), file).space, nullptr);
  EXPECT_THAT(warnings.texts(), ElementsAre(EndsWith("make no sense and are left out; the samples stay as they are")));
}

}  // namespace
}  // namespace colourize::photo
