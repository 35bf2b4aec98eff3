// HEICs and AVIFs of every kind, against the numbers that they were made from and other libraries' decoding
// (tests/fuzz/heif_corpus.py), damaged ones, and what other programs say in them.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>
#include <cstring>

#include <exiv2/exiv2.hpp>

#include "engine/photo/encode.h"
#include "system/recorded_warnings.h"
#include "tests/support/pictures.h"

namespace colourize::photo {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using tests::corpus;

StoredPicture stored(const std::string& content, const Warn& warn = ignore_warnings) {
  const auto file = tests::bytes_of(content);
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

// What lost something is decoded to YCbCr, exactly by both standards, and libraries differ on the way from there to
// RGB. Rounding moves a sample by one. Chroma of half the size is put half of its distance apart, a pixel: there no
// channel changes by more than 3, so neither does chroma, which counts 1.772 times at most (BT.601).
int tolerance(const std::string& name) {
  if (name.find("lossy") != std::string::npos) return 1 + 6;
  return name.find("grey") != std::string::npos || name == "avif-described.avif" ? 1 : 0;
}

TEST(Heif, OfEveryKindHasItsSamples) {
  const tests::GoldenFile golden("heif");
  EXPECT_EQ(golden.names().size(), 14U);
  for (const std::string& name : golden.names()) {
    const StoredPicture picture = stored(tests::read_file(corpus + name));
    std::visit(
        [&](const auto& raster) {
          ASSERT_EQ(raster.height, golden.shape(name)[0]) << name;
          ASSERT_EQ(raster.width, golden.shape(name)[1]) << name;
          ASSERT_EQ(raster.channels, golden.shape(name)[2]) << name;
          ASSERT_EQ(raster.samples.size() * sizeof(raster.samples[0]), golden.bytes(name).size()) << name;
          EXPECT_LE(largest_difference(raster.samples, golden.bytes(name)), tolerance(name)) << name;
        },
        picture.pixels);
  }
}

// Both say 6 in EXIF and by boxes: libheif turns the picture, and EXIF does not turn it again.
TEST(Heif, IsTurnedOnceAndHasItsMetadata) {
  for (const char* name : {"heic-described.heic", "avif-described.avif"}) {
    const RecordedWarnings warnings;
    const Photo photo = decode(corpus + name, {}, warnings.sink());
    EXPECT_EQ(photo.width(), 34) << name;
    EXPECT_EQ(photo.height(), 46) << name;
    EXPECT_FALSE(photo.metadata.profile().empty()) << name;
    EXPECT_EQ(photo.space, nullptr) << name;
    const auto jpeg = encode(photo, "a.jpg", ignore_warnings);
    const auto image =
        Exiv2::ImageFactory::open(reinterpret_cast<const Exiv2::byte*>(jpeg.data()), static_cast<long>(jpeg.size()));
    image->readMetadata();
    EXPECT_EQ(image->exifData()["Exif.Image.ImageDescription"].toString(), "Grandmother, 1923") << name;
    // Pillow leaves it out where boxes have it.
    EXPECT_THAT(image->exifData()["Exif.Image.Orientation"].toString(), testing::AnyOf("1", "")) << name;
    EXPECT_EQ(image->xmpData()["Xmp.dc.source"].toString(), "Album 3") << name;
  }
}

TEST(Heif, SaysWhatIsLeftOut) {
  const RecordedWarnings warnings;
  stored(tests::read_file(corpus + "heic-described.heic"), warnings.sink());
  EXPECT_THAT(warnings.texts(), ElementsAre("a: has 2 pictures, of which the primary one is read"));
  const RecordedWarnings none;
  for (const char* name : {"heic-rgba.heic", "avif-rgba.avif"}) stored(tests::read_file(corpus + name), none.sink());
  EXPECT_THAT(none.texts(), IsEmpty());
}

// The box colr of the kind nclx: primaries, curve, matrix, range (ISO/IEC 14496-12, 12.1.5).
std::string with_code_points(std::string file, char primaries, char curve) {
  const std::size_t colours = file.find("colrnclx");
  EXPECT_NE(colours, std::string::npos);
  file.at(colours + 9) = primaries;
  file.at(colours + 11) = curve;
  return file;
}

TEST(Heif, TakesCodePointsForColours) {
  const std::string file = tests::read_file(corpus + "heic-rgb.heic");
  constexpr char srgb = 13;
  constexpr char linear = 8;
  constexpr char pq = 16;
  constexpr char display_p3 = 12;
  const RecordedWarnings warnings;
  EXPECT_FALSE(stored(with_code_points(file, 1, srgb), warnings.sink()).stated);
  EXPECT_FALSE(stored(with_code_points(file, 1, 1), warnings.sink()).stated);
  const auto light = stored(with_code_points(file, 1, linear), warnings.sink()).stated;
  ASSERT_TRUE(light);
  EXPECT_EQ(light->gamma, 1.0);
  const auto wide = stored(with_code_points(file, display_p3, srgb), warnings.sink()).stated;
  ASSERT_TRUE(wide && wide->primaries);
  EXPECT_FALSE(wide->gamma);
  EXPECT_NEAR(wide->primaries->red.x, 0.680, 1e-6);  // SMPTE EG 432-1
  EXPECT_THAT(warnings.texts(), IsEmpty());
  stored(with_code_points(file, 1, pq), warnings.sink());
  EXPECT_THAT(warnings.texts(), ElementsAre(HasSubstr("high dynamic range")));
}

TEST(Heif, CutShortIsRefused) {
  for (const char* name : {"heic-rgb.heic", "avif-rgb.avif", "avif-described.avif"}) {
    const std::string whole = tests::read_file(corpus + name);
    for (std::size_t eighths = 0; eighths < 8; ++eighths) {
      const std::string sentence = tests::refusal(whole.substr(0, whole.size() * eighths / 8), name);
      EXPECT_NE(sentence, "no error") << name << " cut to " << eighths << "/8";
    }
  }
}

}  // namespace
}  // namespace colourize::photo
