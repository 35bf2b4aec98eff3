// Pictures in, and a sentence for everything else. The pictures are made by Pillow (tests/oracle/make_pictures.py,
// tests/fuzz/make_corpus.py); formats/ has what is particular to one format.
#include "engine/photo/decode.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cstdlib>

#include "tests/support/pictures.h"

namespace colourize::photo {
namespace {

using tests::corpus;
using tests::pictures;
using tests::raster8;
using tests::refusal;

int largest_difference(const Raster8& a, const Raster8& b) {
  if (a.width != b.width || a.height != b.height || a.channels != b.channels) return 256;
  int largest = 0;
  for (std::size_t i = 0; i < a.samples.size(); ++i) largest = std::max(largest, std::abs(a.samples[i] - b.samples[i]));
  return largest;
}

TEST(Decode, ReadsEveryFormatAlike) {
  const Photo expected = decode(corpus + "plain.png", {}, ignore_warnings);
  EXPECT_EQ(expected.width(), 13);
  EXPECT_EQ(expected.height(), 9);
  for (const char* name : {"rgb.bmp", "top-down.bmp", "rgb.tga", "rle.tga", "rgb.psd", "rgb.ppm"}) {
    EXPECT_EQ(raster8(decode(corpus + name, {}, ignore_warnings)).samples, raster8(expected).samples) << name;
  }
}

TEST(Decode, MakesGreyRgb) {
  const Photo grey = decode(corpus + "grey.pgm", {}, ignore_warnings);
  const Photo colour = decode(corpus + "plain.png", {}, ignore_warnings);
  ASSERT_EQ(grey.channels(), 3);
  for (std::size_t i = 0; i < raster8(grey).samples.size(); ++i) {
    EXPECT_EQ(raster8(grey).samples[i], raster8(colour).samples[i - i % 3]);
  }
}

TEST(Decode, KeepsSixteenBitsAndAlpha) {
  const Photo photo = decode(pictures + "deep-alpha.png", {}, ignore_warnings);
  ASSERT_EQ(photo.bits(), 16);
  ASSERT_EQ(photo.channels(), 4);
  const auto& samples = std::get<Raster16>(photo.pixels).samples;
  for (std::size_t i = 0; i < 35; ++i) {
    EXPECT_EQ(samples[4 * i], i * 1801);
    EXPECT_EQ(samples[4 * i + 2], 65535 - i * 1777);
    EXPECT_EQ(samples[4 * i + 3], i * 1900);
  }
  EXPECT_EQ(decode(pictures + "deep.png", {}, ignore_warnings).channels(), 3);
  EXPECT_EQ(decode(corpus + "deep.ppm", {}, ignore_warnings).bits(), 16);
  EXPECT_EQ(decode(corpus + "grey16.png", {}, ignore_warnings).bits(), 16);
  EXPECT_EQ(decode(corpus + "rgba.png", {}, ignore_warnings).channels(), 4);
}

TEST(Decode, TurnsEveryOrientationUpright) {
  const Photo upright = decode(pictures + "upright.png", {}, ignore_warnings);
  for (int orientation = 1; orientation <= 8; ++orientation) {
    const Photo photo = decode(pictures + "orientation-" + std::to_string(orientation) + ".jpg", {}, ignore_warnings);
    EXPECT_EQ(photo.width(), 7) << orientation;
    // JPEG's loss; a pixel at another's place differs by 40 or more.
    EXPECT_LE(largest_difference(raster8(photo), raster8(upright)), 12) << orientation;
  }
}

TEST(Decode, NamesWhatAFileReallyIs) {
  EXPECT_NE(refusal("Dear mother, the weather is fine.\n").find("text file"), std::string::npos);
  EXPECT_NE(refusal(std::string("II*\0 more", 9)).find("TIFF"), std::string::npos);
  // Cameras' pictures share a container with films.
  const auto of_brand = [](const std::string& brand) {
    return refusal(std::string("\0\0\0\x18"
                               "ftyp",
                               8) +
                   brand);
  };
  // Where the build reads them, they are damaged ones.
  for (const char* brand : {"heic", "heix", "heim", "heis", "hevc", "mif1", "msf1"}) {
    EXPECT_THAT(of_brand(brand), testing::ContainsRegex("is a HEI[CF] (picture|that is damaged)")) << brand;
  }
  for (const char* brand : {"avif", "avis"}) {
    EXPECT_THAT(of_brand(brand), testing::ContainsRegex("is an? AVIF (picture|that is damaged)")) << brand;
  }
  EXPECT_NE(of_brand("isom").find("is a film; give it a film's extension"), std::string::npos);
  EXPECT_EQ(of_brand("isom").find("PNG"), std::string::npos);
  EXPECT_NE(refusal("RIFF....WEBPVP8 ").find("WebP"), std::string::npos);
  EXPECT_NE(refusal("<!DOCTYPE html><title>404</title>").find("web page"), std::string::npos);
  EXPECT_NE(refusal("version https://git-lfs.github.com/spec/v1\n").find("Git LFS"), std::string::npos);
  EXPECT_NE(refusal(std::string(200, '\x01')).find("is not a picture of a known format"), std::string::npos);
  EXPECT_NE(refusal("").find("photo.jpg: "), std::string::npos);
}

TEST(Decode, RefusesTruncatedPictures) {
  for (const char* name : {"rgb.jpg", "progressive.jpg", "plain.png", "rgba.png", "grey16.png", "rgb.bmp", "rgb.tga",
                           "rle.tga", "rgb.psd", "rgb.ppm", "grey.pgm", "deep.ppm"}) {
    const std::string whole = tests::read_file(corpus + name);
    ASSERT_EQ(refusal(whole, name), "no error") << name;
    // (The last sixteenth of the TGAs is Pillow's footer.)
    for (std::size_t eighths = 0; eighths < 8; ++eighths) {
      const std::string sentence = refusal(whole.substr(0, whole.size() * eighths / 8), name);
      EXPECT_NE(sentence, "no error") << name << " cut to " << eighths << "/8";
    }
  }
}

TEST(Decode, RefusesHugePicturesBeforeTakingMemory) {
  const std::string sentence = refusal(tests::read_file(corpus + "huge.png"), "huge.png");
  EXPECT_NE(sentence.find("60000 x 60000"), std::string::npos) << sentence;
  EXPECT_NE(sentence.find("raise the limit"), std::string::npos) << sentence;
  // A million pixels and one row.
  std::string bmp = "P5\n1000 1001\n255\n";
  bmp.resize(bmp.size() + 1'001'000);
  EXPECT_NE(refusal(bmp, "a.pgm", {.megapixels = 1}), "no error");
  EXPECT_EQ(refusal(bmp, "a.pgm", {.megapixels = 2}), "no error");
}

}  // namespace
}  // namespace colourize::photo
