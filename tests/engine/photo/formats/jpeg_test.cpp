// JPEG of every kind, against Pillow, whose wheel carries a libjpeg-turbo of its own (tests/fuzz/picture_corpus.py),
// and damaged ones.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>
#include <cstring>

#include "system/recorded_warnings.h"
#include "tests/support/pictures.h"

namespace colourize::photo {
namespace {

using testing::HasSubstr;
using tests::corpus;

// The place of a marker of this kind.
std::size_t marker(const std::string& jpeg, char kind) {
  return jpeg.find(std::string("\xFF") + kind);
}

// The inverse DCT is one of integers and the interpolation of chroma too, so two versions of the library give the same
// samples; of inks, the formula is ours (formats/jpeg.cpp).
TEST(Jpeg, OfEveryKindHasPillowsSamples) {
  const tests::GoldenFile golden("decoded");
  int count = 0;
  for (const std::string& name : golden.names()) {
    if (!name.ends_with(".jpg")) continue;
    ++count;
    const Raster8 raster = tests::raster8(decode(corpus + name, {}, ignore_warnings));
    const auto expected = golden.bytes(name);
    const bool inks = golden.shape(name).back() == 4;
    ASSERT_EQ(raster.channels, 3) << name;
    ASSERT_EQ(expected.size(), raster.samples.size() / 3 * (inks ? 4 : 3)) << name;
    const auto sample = [&](std::size_t i) { return std::to_integer<int>(expected[i]); };
    for (std::size_t i = 0; i < raster.samples.size(); ++i) {
      if (!inks) {
        ASSERT_EQ(raster.samples[i], sample(i)) << name << " at " << i;
        continue;
      }
      // Pillow gives ink, 255 the most; what is left of the paper's white is the product of what the two inks let
      // through.
      const double let_through = (255.0 - sample(i / 3 * 4 + i % 3)) * (255.0 - sample(i / 3 * 4 + 3)) / 255;
      ASSERT_EQ(raster.samples[i], std::lround(let_through)) << name << " at " << i;
    }
  }
  EXPECT_EQ(count, 10);
}

TEST(Jpeg, WithoutItsEndMarkIsWhole) {
  const RecordedWarnings warnings;
  const Photo photo = decode(corpus + "no-end-mark.jpg", {}, warnings.sink());
  EXPECT_THAT(warnings.texts(),
              testing::ElementsAre(corpus + "no-end-mark.jpg: has no end mark; its picture is whole"));
  EXPECT_EQ(tests::raster8(photo).samples,
            tests::raster8(decode(corpus + "jpeg-grey.jpg", {}, ignore_warnings)).samples);
  EXPECT_FALSE(photo.salvage);
  // One byte less is data.
  std::string jpeg = tests::read_file(corpus + "no-end-mark.jpg");
  jpeg.pop_back();
  EXPECT_NE(tests::refusal(jpeg), "no error");
  // A progressive picture has not come to its end after any of its scans but the last.
  const std::string progressive = tests::read_file(corpus + "jpeg-420-progressive.jpg");
  const std::size_t last_scan = progressive.rfind("\xFF\xDA");
  const std::size_t last_table = progressive.rfind("\xFF\xC4");
  const auto error = tests::error_of(progressive.substr(0, std::min(last_scan, last_table)));
  ASSERT_TRUE(error);
  EXPECT_EQ(error->kind(), ErrorKind::incomplete);
  EXPECT_EQ(tests::refusal(progressive.substr(0, progressive.size() - 2)), "no error");
}

TEST(Jpeg, IsRefusedForTablesThatCannotBe) {
  std::string jpeg = tests::read_file(corpus + "rgb.jpg");
  jpeg.replace(marker(jpeg, '\xC4') + 5, 2, "\xFF\xFF");
  EXPECT_THAT(tests::refusal(jpeg), HasSubstr("Huffman"));
  // Between two scans of a progressive picture too.
  std::string progressive = tests::read_file(corpus + "progressive.jpg");
  const std::size_t late = progressive.find("\xFF\xC4", marker(progressive, '\xDA'));
  ASSERT_NE(late, std::string::npos);
  progressive.replace(late + 5, 2, "\xFF\xFF");
  EXPECT_THAT(tests::refusal(progressive), HasSubstr("Huffman"));
}

TEST(Jpeg, IsRefusedForMoreScansThanAnybodyWrites) {
  EXPECT_THAT(tests::refusal(tests::read_file(corpus + "scans.jpg")), HasSubstr("more scans"));
}

TEST(Jpeg, IsRefusedForItsSizeBeforeItsPixelsAreTaken) {
  std::string jpeg = tests::read_file(corpus + "rgb.jpg");
  std::memcpy(jpeg.data() + marker(jpeg, '\xC0') + 5, "\xFD\xE8\xFD\xE8", 4);
  const auto error = tests::error_of(jpeg);
  ASSERT_TRUE(error);
  EXPECT_EQ(error->kind(), ErrorKind::too_large);
  EXPECT_THAT(error->what(), HasSubstr("65000 x 65000"));
}

TEST(Jpeg, OfAKindThatIsNotReadIsNotCalledDamaged) {
  const std::string jpeg = tests::read_file(corpus + "rgb.jpg");
  const std::size_t frame = marker(jpeg, '\xC0');
  const auto expect_unsupported = [](const std::string& content, const char* words) {
    const auto error = tests::error_of(content);
    ASSERT_TRUE(error);
    EXPECT_EQ(error->kind(), ErrorKind::unsupported) << error->what();
    EXPECT_THAT(error->what(), HasSubstr(words));
  };
  // ITU T.81, table B.1: lossless, hierarchical; 12 bits a sample.
  std::string other = jpeg;
  other[frame + 1] = '\xC3';
  expect_unsupported(other, "lossless JPEG");
  other[frame + 1] = '\xC6';
  expect_unsupported(other, "hierarchical JPEG");
  other[frame + 1] = '\xC1';
  other[frame + 4] = 12;
  expect_unsupported(other, "12-bit JPEG");
}

// Rows that came before the damage are those of the whole file, and the others grey: 13 of 29, for the blocks are 16
// rows high.
TEST(Jpeg, CutShortIsSalvagedUpToTheDamage) {
  const std::string cut = tests::read_file(corpus + "cut-420.jpg");
  const auto error = tests::error_of(cut);
  ASSERT_TRUE(error);
  EXPECT_EQ(error->kind(), ErrorKind::incomplete);
  const Photo photo = tests::salvaged(cut, "cut.jpg");
  ASSERT_TRUE(photo.salvage);
  EXPECT_EQ(photo.salvage->rows, 29);
  EXPECT_EQ(photo.salvage->missing_rows, 13);
  EXPECT_TRUE(photo.salvage->cut_short);
  const Raster8 whole = tests::raster8(decode(corpus + "jpeg-420.jpg", {}, ignore_warnings));
  for (int y = 0; y < 29; ++y) {
    // The last row's chroma is interpolated with that of the first missing one.
    if (y == 15) continue;
    for (std::size_t i = 0; i < whole.row_samples(); ++i) {
      ASSERT_EQ(tests::raster8(photo).row(y)[i], y < 16 ? whole.row(y)[i] : 128) << y;
    }
  }
}

TEST(Jpeg, DamagedInTheMiddleIsSalvagedUpToTheDamage) {
  std::string jpeg = tests::read_file(corpus + "jpeg-420-restarts.jpg");
  // A restart marker where the data of the second row of blocks should be.
  const std::size_t late = jpeg.size() - (jpeg.size() - marker(jpeg, '\xDA')) / 5;
  jpeg.replace(late, 2, "\xFF\xD5");
  ASSERT_TRUE(tests::error_of(jpeg));
  const Photo photo = tests::salvaged(jpeg, "damaged.jpg");
  ASSERT_TRUE(photo.salvage);
  EXPECT_FALSE(photo.salvage->cut_short);
  EXPECT_EQ(photo.salvage->missing_rows, 13);
  EXPECT_EQ(tests::raster8(photo).row(28)[0], 128);
}

// What follows the damage is not read, but is no cut for that.
TEST(Jpeg, ProgressiveDamagedInTheMiddleIsNotCalledCut) {
  std::string jpeg = tests::read_file(corpus + "jpeg-420-progressive.jpg");
  const std::size_t first = marker(jpeg, '\xDA') + 14;
  jpeg.replace(first + (jpeg.find('\xFF', first) - first) * 9 / 10, 2, "\xFF\xD5");
  const Photo photo = tests::salvaged(jpeg, "damaged.jpg");
  ASSERT_TRUE(photo.salvage);
  EXPECT_FALSE(photo.salvage->cut_short);
  EXPECT_EQ(photo.salvage->missing_rows, 13);
}

// Its first scan has a mean for every block; what came later makes it sharper.
TEST(Jpeg, ProgressiveCutShortIsSalvagedAtLowerQuality) {
  const Photo photo = tests::salvaged(tests::read_file(corpus + "cut-420-progressive.jpg"), "cut.jpg");
  ASSERT_TRUE(photo.salvage);
  EXPECT_EQ(photo.salvage->missing_rows, 0);
  const Raster8 whole = tests::raster8(decode(corpus + "jpeg-420-progressive.jpg", {}, ignore_warnings));
  double sum = 0;
  for (std::size_t i = 0; i < whole.samples.size(); ++i) {
    sum += std::abs(whole.samples[i] - tests::raster8(photo).samples[i]);
  }
  // The corpus' noise has an amplitude of 9: a mean of 5. Grey rows would differ by about 50.
  EXPECT_GT(sum, 0);
  EXPECT_LT(sum / static_cast<double>(whole.samples.size()), 10);
  // Within its first scan rows are missing. Its first scan's data begin after a header of 14 bytes.
  const std::string jpeg = tests::read_file(corpus + "jpeg-420-progressive.jpg");
  const std::size_t first = marker(jpeg, '\xDA') + 14;
  const std::size_t data = jpeg.find('\xFF', first) - first;
  const Photo early = tests::salvaged(jpeg.substr(0, first + data * 9 / 10), "cut.jpg");
  ASSERT_TRUE(early.salvage);
  EXPECT_EQ(early.salvage->missing_rows, 13);
}

TEST(Jpeg, WithoutASoundRowIsRefusedThoughSalvageIsAskedFor) {
  const std::string jpeg = tests::read_file(corpus + "jpeg-420.jpg");
  const auto error = tests::error_of(jpeg.substr(0, marker(jpeg, '\xDA') + 20), "a.jpg", {.salvage = true});
  ASSERT_TRUE(error);
  EXPECT_EQ(error->kind(), ErrorKind::damaged);
}

}  // namespace
}  // namespace colourize::photo
