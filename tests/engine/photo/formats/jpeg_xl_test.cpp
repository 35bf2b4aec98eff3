// JPEG XLs of every kind, against libjxl's djxl (tests/fuzz/jpeg_xl_corpus.py), damaged ones, and what is written.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>
#include <cstring>

#include <exiv2/exiv2.hpp>

#include "engine/photo/boxes.h"
#include "engine/photo/encode.h"
#include "system/recorded_warnings.h"
#include "tests/support/described_jpeg.h"
#include "tests/support/pictures.h"
#include "tests/support/profiles.h"

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

template <typename Sample>
int largest_difference(const std::vector<Sample>& samples, std::span<const std::byte> expected) {
  std::vector<Sample> others(expected.size() / sizeof(Sample));
  std::memcpy(others.data(), expected.data(), expected.size());
  int largest = 0;
  for (std::size_t i = 0; i < samples.size(); ++i) largest = std::max(largest, std::abs(samples[i] - others[i]));
  return largest;
}

// What lost something is computed in floats, in another order on other processors: a sample near a half may be rounded
// the other way.
TEST(JpegXl, OfEveryKindHasItsSamples) {
  const tests::GoldenFile golden("jpeg_xl");
  EXPECT_EQ(golden.names().size(), 18U);
  for (const std::string& name : golden.names()) {
    const StoredPicture picture = stored(name);
    const bool lossy = name.find("lossy") != std::string::npos || name.find("jpeg") != std::string::npos;
    std::visit(
        [&](const auto& raster) {
          ASSERT_EQ(raster.height, golden.shape(name)[0]) << name;
          ASSERT_EQ(raster.width, golden.shape(name)[1]) << name;
          ASSERT_EQ(raster.channels, golden.shape(name)[2]) << name;
          ASSERT_EQ(raster.samples.size() * sizeof(raster.samples[0]), golden.bytes(name).size()) << name;
          EXPECT_LE(largest_difference(raster.samples, golden.bytes(name)), lossy ? 1 : 0) << name;
        },
        picture.pixels);
  }
}

// The codestream's orientation counts, which libjxl applies; EXIF's, which says 6, would turn the picture once more.
TEST(JpegXl, IsTurnedOnce) {
  for (const char* name : {"jxl-described.jxl", "jxl-compressed-boxes.jxl"}) {
    const Photo photo = decode(corpus + name, {}, ignore_warnings);
    EXPECT_EQ(photo.width(), 37) << name;
    EXPECT_EQ(photo.height(), 29) << name;
  }
  EXPECT_EQ(decode(corpus + "jxl-turned-jpeg.jxl", {}, ignore_warnings).width(), 29);
}

TEST(JpegXl, HasItsMetadataAndSaysWhatIsLeftOut) {
  for (const char* name : {"jxl-described.jxl", "jxl-compressed-boxes.jxl"}) {
    const RecordedWarnings warnings;
    const Photo photo = decode(corpus + name, {}, warnings.sink());
    const bool has_another = name == std::string("jxl-described.jxl");
    EXPECT_EQ(warnings.texts().size(), has_another ? 1U : 0U) << name;
    if (has_another) {
      EXPECT_THAT(warnings.texts().front(), HasSubstr("left out: the box jumb"));
    }
    const auto jpeg = encode(photo, "a.jpg", ignore_warnings);
    const auto image =
        Exiv2::ImageFactory::open(reinterpret_cast<const Exiv2::byte*>(jpeg.data()), static_cast<long>(jpeg.size()));
    image->readMetadata();
    EXPECT_EQ(image->exifData()["Exif.Image.ImageDescription"].toString(), "Grandmother, 1923") << name;
    EXPECT_EQ(image->exifData()["Exif.Image.Orientation"].toString(), "1") << name;
    EXPECT_EQ(image->xmpData()["Xmp.dc.source"].toString(), "Album 3") << name;
  }
  const RecordedWarnings warnings;
  stored("jxl-animated.jxl", warnings.sink());
  EXPECT_THAT(warnings.texts(), ElementsAre(HasSubstr("is an animation, or has several pages")));
}

// IEC 61966-2-1.
double srgb_of_linear(double light) {
  return light <= 0.0031308 ? 12.92 * light : 1.055 * std::pow(light, 1 / 2.4) - 0.055;
}

TEST(JpegXl, OfOtherTonesLooksAsBrightAsBefore) {
  const tests::GoldenFile golden("jpeg_xl");
  const RecordedWarnings warnings;
  const Photo photo = decode(corpus + "jxl-linear-grey.jxl", {}, warnings.sink());
  EXPECT_THAT(warnings.texts(), ElementsAre(HasSubstr("grey samples were converted by its ICC profile to sRGB")));
  const auto stored_samples = golden.bytes("jxl-linear-grey.jxl");
  for (std::size_t i = 0; i < stored_samples.size(); ++i) {
    const double expected = 255 * srgb_of_linear(std::to_integer<int>(stored_samples[i]) / 255.0);
    ASSERT_NEAR(tests::raster8(photo).samples[3 * i], expected, 0.6) << i;  // half a step of rounding, and lcms2's own
  }
  const Photo wide = decode(corpus + "jxl-p3.jxl", {}, ignore_warnings);
  EXPECT_NE(wide.space, nullptr);
  EXPECT_EQ(decode(corpus + "jxl-rgb.jxl", {}, ignore_warnings).space, nullptr);
}

TEST(JpegXl, CutShortIsRefusedOrSalvaged) {
  std::size_t refused = 0;
  std::size_t salvaged = 0;
  for (const std::string& name : tests::names_in(corpus)) {
    if (!name.starts_with("jxl-") || name == "jxl-animated.jxl") continue;
    const std::string whole = tests::read_file(corpus + name);
    for (std::size_t eighths = 0; eighths < 8; ++eighths) {
      const std::string cut = whole.substr(0, whole.size() * eighths / 8);
      const auto error = tests::error_of(cut, name);
      if (!error) continue;  // metadata follow the picture
      ++refused;
      if (error->kind() != ErrorKind::incomplete) continue;
      ++salvaged;
      const Photo photo = tests::salvaged(cut, name);
      ASSERT_TRUE(photo.salvage);
      EXPECT_TRUE(photo.salvage->cut_short);
    }
  }
  EXPECT_GT(refused, 100U);
  EXPECT_GT(salvaged, 0U);
}

Photo gradient(int channels, int bits) {
  const auto fill = [&](auto raster) {
    using Sample = typename std::decay_t<decltype(raster.samples)>::value_type;
    const auto of_pixel = static_cast<std::size_t>(channels);
    for (std::size_t i = 0; i < raster.samples.size(); ++i) {
      const std::size_t pixel = i / of_pixel;
      const std::size_t value = 40 + pixel % 60 * 2 + pixel / 60 + i % of_pixel * 10;
      raster.samples[i] = static_cast<Sample>(bits == 8 ? value : value * 257 + i % 100);
    }
    return raster;
  };
  if (bits == 8) return {fill(Raster8(60, 40, channels)), {}};
  return {fill(Raster16(60, 40, channels)), {}};
}

TEST(EncodeJpegXl, KeepsEverySampleWhereThatIsAskedFor) {
  for (const int channels : {3, 4}) {
    for (const int bits : {8, 16}) {
      const Photo photo = gradient(channels, bits);
      const RecordedWarnings warnings;
      const Photo back =
          decode(encode(photo, "a.jxl", warnings.sink(), {.jxl_lossless = true}), "a.jxl", {}, warnings.sink());
      EXPECT_THAT(warnings.texts(), IsEmpty());
      const Photo near = decode(encode(photo, "a.jxl", warnings.sink()), "a.jxl", {}, warnings.sink());
      std::visit(
          [&](const auto& raster) {
            using SameRaster = std::decay_t<decltype(raster)>;
            EXPECT_EQ(raster.samples, std::get<SameRaster>(back.pixels).samples) << channels << " " << bits;
            const auto& lossy = std::get<SameRaster>(near.pixels).samples;
            EXPECT_NE(raster.samples, lossy);
            double sum = 0;
            for (std::size_t i = 0; i < lossy.size(); ++i) sum += std::abs(lossy[i] - raster.samples[i]);
            // As of JPEG's quality 95 (encode_test.cpp).
            EXPECT_LT(sum / static_cast<double>(lossy.size()), bits == 8 ? 2.0 : 2.0 * 257);
          },
          photo.pixels);
    }
  }
}

TEST(EncodeJpegXl, KeepsTheProfile) {
  Photo photo = gradient(3, 8);
  const auto profile = tests::adobe_profile();
  photo.metadata = photo.metadata.with_profile(profile);
  const auto file = encode(photo, "a.jxl", ignore_warnings, {.jxl_lossless = true});
  const Photo back = decode(file, "a.jxl", {}, ignore_warnings);
  EXPECT_TRUE(std::ranges::equal(back.metadata.profile(), profile));
  EXPECT_NE(back.space, nullptr);
  EXPECT_EQ(tests::raster8(back).samples, tests::raster8(photo).samples);
}

TEST(EncodeJpegXl, CarriesMetadataOver) {
  Photo photo = decode(tests::jpeg_with_iptc_and_xmp(), "a.jpg", {}, ignore_warnings);
  photo.density = Density{100, 100, Density::Unit::metre};
  const RecordedWarnings warnings;
  const auto file = encode(photo, "b.jxl", warnings.sink());
  EXPECT_THAT(warnings.texts(), ElementsAre("b.jxl: JPEG XL states no print size; only that in the photo's EXIF stays, "
                                            "if there is one",
                                            "b.jxl: JPEG XL holds no IPTC; the photo's is left out"));
  // Before the picture, as libjxl's documentation advises; EXIF behind four bytes of its offset.
  std::vector<std::string> types;
  for (const Box& box : boxes_in(file)) types.emplace_back(box.type);
  EXPECT_THAT(types, ElementsAre("JXL ", "ftyp", "Exif", "xml ", "jxlc"));
  const auto exif = boxes_in(file)[2].content;
  EXPECT_THAT(as_text(exif.subspan(4)), testing::StartsWith("II*"));
  const Photo back = decode(file, "b.jxl", {}, ignore_warnings);
  const auto jpeg = encode(back, "c.jpg", ignore_warnings);
  const auto image =
      Exiv2::ImageFactory::open(reinterpret_cast<const Exiv2::byte*>(jpeg.data()), static_cast<long>(jpeg.size()));
  image->readMetadata();
  EXPECT_EQ(image->exifData()["Exif.Image.ImageDescription"].toString(), "Grandmother, 1923");
  EXPECT_EQ(image->xmpData()["Xmp.dc.source"].toString(), "Album 3");
}

}  // namespace
}  // namespace colourize::photo
