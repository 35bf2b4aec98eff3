// Pictures out: nothing is lost that the format can hold.
#include "engine/photo/encode.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cstdlib>

#include <exiv2/exiv2.hpp>

#include "engine/photo/decode.h"
#include "system/error.h"
#include "system/recorded_warnings.h"
#include "tests/support/files.h"
#include "tests/support/golden.h"

namespace colourize::photo {
namespace {

using testing::ElementsAre;

const std::string pictures = tests::folder + "golden/pictures/";

template <typename Sample>
Photo ramp(int width, int height, int channels) {
  Raster<Sample> raster(width, height, channels);
  unsigned value = 1;
  for (Sample& sample : raster.samples) sample = static_cast<Sample>(value = value * 1103515245U + 12345U);
  return {raster, {}};
}

template <typename Sample>
void expect_round_trip(int channels) {
  const Photo photo = ramp<Sample>(13, 7, channels);
  const Photo back = decode(encode(photo, "a.png", ignore_warnings), "a.png", {}, ignore_warnings);
  EXPECT_EQ(back.bits(), photo.bits());
  ASSERT_EQ(back.channels(), channels);
  EXPECT_EQ(std::get<Raster<Sample>>(back.pixels).samples, std::get<Raster<Sample>>(photo.pixels).samples);
}

TEST(EncodePng, KeepsEverySample) {
  expect_round_trip<std::uint8_t>(3);
  expect_round_trip<std::uint8_t>(4);
  expect_round_trip<std::uint16_t>(3);
  expect_round_trip<std::uint16_t>(4);
}

TEST(EncodeJpeg, IsOfFullChromaAndHighQuality) {
  const Photo photo = decode(tests::folder + "golden/astronaut-181x133.png", {}, ignore_warnings);
  const auto bytes = encode(photo, "a.jpg", ignore_warnings);
  // The frame header holds each component's sampling: 0x11 is 1 x 1.
  const std::string text(reinterpret_cast<const char*>(bytes.data()), bytes.size());
  const std::size_t frame = text.find("\xFF\xC0");
  ASSERT_NE(frame, std::string::npos);
  for (const std::size_t component : {0U, 1U, 2U}) EXPECT_EQ(text[frame + 11 + 3 * component], 0x11);
  const Photo back = decode(bytes, "a.jpg", {}, ignore_warnings);
  const auto& expected = std::get<Raster8>(photo.pixels).samples;
  const auto& actual = std::get<Raster8>(back.pixels).samples;
  double sum = 0;
  for (std::size_t i = 0; i < expected.size(); ++i) sum += std::abs(expected[i] - actual[i]);
  EXPECT_LT(sum / static_cast<double>(expected.size()), 2.0);
}

TEST(EncodeJpeg, CutsDeepSamplesByRounding) {
  Photo photo = ramp<std::uint16_t>(8, 8, 3);
  auto& samples = std::get<Raster16>(photo.pixels).samples;
  samples[0] = 65535;
  samples[1] = 257 * 100 + 128;
  samples[2] = 257 * 100 + 129;
  const Raster8 cut = to_8_bit(photo);
  EXPECT_EQ(cut.samples[0], 255);
  EXPECT_EQ(cut.samples[1], 100);
  EXPECT_EQ(cut.samples[2], 101);
  const RecordedWarnings warnings;
  const tests::TemporaryFolder folder;
  EXPECT_NO_THROW(write(photo, folder / "a.jpg", warnings.sink()));
  EXPECT_THAT(warnings.texts(),
              ElementsAre((folder / "a.jpg").string() + ": JPEG holds 8 bits per sample; the photo's 16 are rounded"));
}

TEST(EncodeJpeg, WarnsOfTransparencyThatIsLost) {
  Photo photo = ramp<std::uint8_t>(8, 8, 4);
  std::get<Raster8>(photo.pixels).samples[3] = 254;
  const RecordedWarnings warnings;
  encode(photo, "a.jpg", warnings.sink());
  EXPECT_THAT(warnings.texts(), ElementsAre("a.jpg: JPEG holds no transparency; the photo's is left out"));
}

TEST(EncodeJpeg, RefusesWhatItCannotHold) {
  EXPECT_THROW(encode(ramp<std::uint8_t>(65501, 1, 3), "a.jpg", ignore_warnings), Error);
}

TEST(Write, CarriesMetadataAndTurnsTheOrientationUpright) {
  const tests::TemporaryFolder folder;
  const Photo photo = decode(pictures + "described.jpg", {}, ignore_warnings);
  for (const char* name : {"a.jpg", "a.png"}) {
    write(photo, folder / name, ignore_warnings);
    const auto image = Exiv2::ImageFactory::open(folder / name);
    image->readMetadata();
    const Exiv2::ExifData& exif = image->exifData();
    EXPECT_EQ(exif.findKey(Exiv2::ExifKey("Exif.Image.ImageDescription"))->toString(), "Grandmother, 1923") << name;
    EXPECT_EQ(exif.findKey(Exiv2::ExifKey("Exif.Image.Orientation"))->toString(), "1") << name;
    EXPECT_EQ(exif.findKey(Exiv2::ExifKey("Exif.Photo.PixelXDimension"))->toString(), "5") << name;
    EXPECT_EQ(exif.findKey(Exiv2::ExifKey("Exif.Photo.PixelYDimension"))->toString(), "7") << name;
    EXPECT_TRUE(image->iccProfileDefined()) << name;
    const Photo back = decode(folder / name, {}, ignore_warnings);
    EXPECT_EQ(back.width(), photo.width()) << name;
    EXPECT_EQ(back.height(), photo.height()) << name;
  }
}

TEST(Write, RefusesOtherEndings) {
  const tests::TemporaryFolder folder;
  EXPECT_THROW(write(ramp<std::uint8_t>(2, 2, 3), folder / "a.gif", ignore_warnings), Error);
  EXPECT_THROW(encode(ramp<std::uint8_t>(2, 2, 3), "a.psd", ignore_warnings), Error);
  EXPECT_TRUE(tests::names_in(folder.path()).empty());
}

TEST(SideBySide, PutsBeforeAtTheLeft) {
  const Photo before = ramp<std::uint8_t>(5, 3, 4);
  const Photo after = ramp<std::uint8_t>(5, 3, 4);
  const Photo both = side_by_side(before, after);
  EXPECT_EQ(both.width(), 10);
  const auto& raster = std::get<Raster8>(both.pixels);
  const auto& source = std::get<Raster8>(before.pixels);
  for (int y = 0; y < 3; ++y) {
    for (std::size_t i = 0; i < 20; ++i) {
      EXPECT_EQ(raster.row(y)[i], source.row(y)[i]);
      EXPECT_EQ(raster.row(y)[20 + i], source.row(y)[i]);
    }
  }
}

}  // namespace
}  // namespace colourize::photo
