// WebPs of every kind, against Pillow (tests/fuzz/webp_corpus.py), damaged ones, and what is written.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cstring>

#include <exiv2/exiv2.hpp>

#include "engine/photo/encode.h"
#include "system/recorded_warnings.h"
#include "tests/support/described_jpeg.h"
#include "tests/support/pictures.h"

namespace colourize::photo {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using tests::corpus;

StoredPicture stored(const std::string& name, const Warn& warn = ignore_warnings) {
  const auto file = tests::bytes_of(tests::read_file(corpus + name));
  return recognise(file, "a").load(file, "a", Damage::refuse, warn);
}

// Lossy ones too: RFC 6386 fixes every sample's YUV, and libwebp's way to RGB is one of integers.
TEST(WebP, OfEveryKindHasPillowsSamples) {
  const tests::GoldenFile golden("webp");
  EXPECT_EQ(golden.names().size(), 6U);
  for (const std::string& name : golden.names()) {
    const StoredPicture picture = stored(name);
    const auto& raster = std::get<Raster8>(picture.pixels);
    ASSERT_EQ(raster.channels, golden.shape(name)[2]) << name;
    ASSERT_EQ(raster.samples.size(), golden.bytes(name).size()) << name;
    EXPECT_EQ(std::memcmp(raster.samples.data(), golden.bytes(name).data(), raster.samples.size()), 0) << name;
  }
}

TEST(WebP, IsTurnedAsItsExifSays) {
  const Photo photo = decode(corpus + "webp-turned.webp", {}, ignore_warnings);
  EXPECT_EQ(photo.width(), 29);
  EXPECT_EQ(photo.height(), 37);
}

TEST(WebP, SaysThatItTakesTheFirstPictureOfAnAnimation) {
  const RecordedWarnings warnings;
  stored("webp-animated.webp", warnings.sink());
  EXPECT_THAT(warnings.texts(), ElementsAre("a: is an animation of 2 pictures, of which the first one is read"));
  const RecordedWarnings none;
  stored("webp-lossy.webp", none.sink());
  EXPECT_THAT(none.texts(), IsEmpty());
}

TEST(WebP, CutShortIsRefusedOrSalvaged) {
  const tests::GoldenFile golden("webp");
  for (const std::string& name : golden.names()) {
    const std::string whole = tests::read_file(corpus + name);
    if (name == "webp-turned.webp") continue;  // its EXIF follows its picture
    for (std::size_t eighths = 0; eighths < 8; ++eighths) {
      const std::string sentence = tests::refusal(whole.substr(0, whole.size() * eighths / 8), name);
      EXPECT_NE(sentence, "no error") << name << " cut to " << eighths << "/8";
    }
  }
  const std::string whole = tests::read_file(corpus + "webp-turned.webp");
  const RecordedWarnings warnings;
  decode(tests::bytes_of(whole.substr(0, whole.size() * 5 / 8)), "a.webp", {}, warnings.sink());
  ASSERT_FALSE(warnings.texts().empty());
  EXPECT_THAT(warnings.texts().front(), HasSubstr("truncated after its picture"));
  // Of a picture with several rows of macroblocks.
  Raster8 raster(64, 640, 3);
  unsigned value = 1;
  for (std::uint8_t& sample : raster.samples) {
    sample = static_cast<std::uint8_t>((value = value * 1103515245U + 12345U) >> 24U);
  }
  const auto file = encode({raster, {}}, "a.webp", ignore_warnings, {.webp_lossless = true});
  const std::string cut(reinterpret_cast<const char*>(file.data()), file.size() / 2);
  const auto error = tests::error_of(cut, "a.webp");
  ASSERT_TRUE(error);
  EXPECT_EQ(error->kind(), ErrorKind::incomplete) << error->what();
  const Photo photo = tests::salvaged(cut, "a.webp");
  ASSERT_TRUE(photo.salvage);
  EXPECT_TRUE(photo.salvage->cut_short);
  const int sound = 640 - photo.salvage->missing_rows;
  EXPECT_GT(sound, 100);
  EXPECT_LT(sound, 500);
  for (int y = 0; y < 640; ++y) {
    for (std::size_t i = 0; i < raster.row_samples(); ++i) {
      ASSERT_EQ(tests::raster8(photo).row(y)[i], y < sound ? raster.row(y)[i] : 128) << y;
    }
  }
}

Photo gradient(int channels) {
  Raster8 raster(60, 40, channels);
  for (std::size_t i = 0; i < raster.samples.size(); ++i) {
    const std::size_t pixel = i / static_cast<std::size_t>(channels);
    raster.samples[i] =
        static_cast<std::uint8_t>(40 + pixel % 60 * 2 + pixel / 60 + i % static_cast<std::size_t>(channels) * 10);
  }
  return {raster, {}};
}

TEST(EncodeWebP, KeepsEverySampleWhereThatIsAskedFor) {
  for (const int channels : {3, 4}) {
    Photo photo = gradient(channels);
    // Of a transparent pixel the colour too.
    if (channels == 4) std::get<Raster8>(photo.pixels).samples[4 * 30 + 3] = 0;
    const Photo back =
        decode(encode(photo, "a.webp", ignore_warnings, {.webp_lossless = true}), "a.webp", {}, ignore_warnings);
    ASSERT_EQ(back.channels(), channels);
    EXPECT_EQ(tests::raster8(back).samples, tests::raster8(photo).samples);
    const Photo near = decode(encode(photo, "a.webp", ignore_warnings), "a.webp", {}, ignore_warnings);
    EXPECT_NE(tests::raster8(near).samples, tests::raster8(photo).samples);
    double sum = 0;
    for (std::size_t i = 0; i < tests::raster8(photo).samples.size(); ++i) {
      sum += std::abs(tests::raster8(near).samples[i] - tests::raster8(photo).samples[i]);
    }
    // As of JPEG's quality 95 (encode_test.cpp).
    EXPECT_LT(sum / static_cast<double>(tests::raster8(photo).samples.size()), 2.0);
  }
}

TEST(EncodeWebP, RefusesMoreThanWebPHolds) {
  EXPECT_THROW(encode({Raster8(16384, 1, 3), {}}, "a.webp", ignore_warnings), Error);
  EXPECT_NO_THROW(encode({Raster8(16383, 1, 3), {}}, "a.webp", ignore_warnings));
}

TEST(EncodeWebP, WarnsOfWhatItCannotHold) {
  const RecordedWarnings warnings;
  encode({Raster16(4, 4, 3), {}, {}, Density{100, 100, Density::Unit::metre}}, "a.webp", warnings.sink());
  EXPECT_THAT(warnings.texts(), ElementsAre(HasSubstr("16 are rounded"), HasSubstr("states no print size")));
}

TEST(EncodeWebP, CarriesMetadataOver) {
  Photo photo = decode(tests::jpeg_with_iptc_and_xmp(), "a.jpg", {}, ignore_warnings);
  photo.density = {};
  for (const char* name : {"b.webp", "c.webp", "d.png"}) {
    const RecordedWarnings warnings;
    const auto file = encode(photo, name, warnings.sink(), {.webp_lossless = true});
    if (std::string(name) == "b.webp") {
      EXPECT_THAT(warnings.texts(), ElementsAre("b.webp: WebP holds no IPTC; the photo's is left out"));
    }
    const auto written =
        Exiv2::ImageFactory::open(reinterpret_cast<const Exiv2::byte*>(file.data()), static_cast<long>(file.size()));
    written->readMetadata();
    EXPECT_EQ(written->exifData()["Exif.Image.ImageDescription"].toString(), "Grandmother, 1923") << name;
    EXPECT_EQ(written->exifData()["Exif.Image.Orientation"].toString(), "1") << name;
    EXPECT_EQ(written->xmpData()["Xmp.dc.source"].toString(), "Album 3") << name;
    EXPECT_TRUE(written->iccProfileDefined()) << name;
    photo = decode(file, name, {}, ignore_warnings);
    EXPECT_EQ(photo.width(), 5) << name;
  }
}

}  // namespace
}  // namespace colourize::photo
