// PNG of every kind, against what the specification says its samples are (tests/fuzz/picture_corpus.py), and damaged
// ones.
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/resource.h>

#include <cstdlib>
#include <cstring>

#include "system/recorded_warnings.h"
#include "tests/support/pictures.h"

namespace colourize::photo {
namespace {

using testing::HasSubstr;
using tests::corpus;

template <typename Sample>
void expect_samples(const Photo& photo, const tests::GoldenFile& golden, const std::string& name) {
  const auto& raster = std::get<Raster<Sample>>(photo.pixels);
  const weights::Dimensions shape{raster.height, raster.width, raster.channels};
  ASSERT_EQ(golden.shape(name), shape) << name;
  EXPECT_TRUE(std::ranges::equal(std::as_bytes(std::span(raster.samples)), golden.bytes(name))) << name;
}

TEST(Png, OfEveryKindHasTheSamplesOfTheSpecification) {
  const tests::GoldenFile golden("decoded");
  int count = 0;
  for (const std::string& name : golden.names()) {
    if (!name.ends_with(".png")) continue;
    ++count;
    const Photo photo = decode(corpus + name, {}, ignore_warnings);
    if (name.find("-16bit") != std::string::npos) {
      expect_samples<std::uint16_t>(photo, golden, name);
    } else {
      expect_samples<std::uint8_t>(photo, golden, name);
    }
  }
  EXPECT_EQ(count, 41);  // 15 kinds, interlaced or not, and 11 with a transparent colour
}

TEST(Png, IsRefusedWhereAChecksumFails) {
  const auto error = tests::error_of(tests::read_file(corpus + "checksum.png"), "a.png");
  ASSERT_TRUE(error);
  EXPECT_THAT(error->what(), HasSubstr("is a PNG that is damaged or truncated"));
  // Of the header, and of the transparency, without which libpng would go on.
  std::string header = tests::read_file(corpus + "plain.png");
  header[29] ^= 1;
  EXPECT_THAT(tests::refusal(header, "a.png"), HasSubstr("IHDR: CRC error"));
  std::string transparent = tests::read_file(corpus + "type2-8bit-transparent.png");
  transparent[transparent.find("tRNS") + 4 + 6] ^= 1;
  EXPECT_THAT(tests::refusal(transparent, "a.png"), HasSubstr("tRNS: CRC error"));
}

TEST(Png, IsRefusedWhereAChunkIsLongerThanTheFile) {
  std::string png = tests::read_file(corpus + "plain.png");
  png[png.find("IDAT") - 4] = '\x3F';
  EXPECT_THAT(tests::refusal(png, "a.png"), HasSubstr("it ends before its picture does"));
}

TEST(Png, IsRefusedWithoutItsLastChunk) {
  const std::string png = tests::read_file(corpus + "plain.png");
  const auto error = tests::error_of(png.substr(0, png.find("IEND") - 4), "a.png");
  ASSERT_TRUE(error);
  EXPECT_EQ(error->kind(), ErrorKind::incomplete);
}

long peak_kilobytes() {  // NOLINT(google-runtime-int): the system's type
  rusage usage{};
  ::getrusage(RUSAGE_SELF, &usage);
  return usage.ru_maxrss;
}

// Ends the process: with 0 where the picture is loaded in 4 MB of memory more than the process has had.
[[noreturn]] void load_in_little_memory(std::span<const std::byte> file) {
  const auto before = peak_kilobytes();
  const StoredPicture picture = recognise(file, "a.png").load(file, "a.png", Damage::refuse, ignore_warnings);
  const bool little = peak_kilobytes() - before < 4000;
  std::_Exit(little && std::get<Raster8>(picture.pixels).width == 13 ? 0 : 1);
}

// Nothing but the picture is unpacked: 20 MB of text in 20 kB are not.
TEST(Png, IsReadWithoutItsTexts) {
  const auto bomb = tests::bytes_of(tests::read_file(corpus + "text-bomb.png"));
  const RecordedWarnings warnings;
  EXPECT_EQ(tests::raster8(decode(bomb, "a.png", {}, warnings.sink())).samples,
            tests::raster8(decode(corpus + "type2-8bit.png", {}, ignore_warnings)).samples);
  // Exiv2, which reads the metadata, refuses a text of that size.
  EXPECT_THAT(warnings.texts(),
              testing::ElementsAre(testing::StartsWith("a.png: its metadata cannot be read and is left out: ")));
  // A process of its own, whose peak is not that of the tests before.
  EXPECT_EXIT(load_in_little_memory(bomb), testing::ExitedWithCode(0), "");
}

TEST(Png, IsRefusedBeforeItsPixelsAreTaken) {
  // A thousand times a thousand in a file of 400 bytes: within the limit, but the header's checksum no longer fits.
  std::string png = tests::read_file(corpus + "plain.png");
  std::memcpy(png.data() + 16, "\0\0\x03\xE8\0\0\x03\xE8", 8);
  EXPECT_THAT(tests::refusal(png, "a.png"), HasSubstr("IHDR: CRC error"));
  EXPECT_THAT(tests::refusal(png.substr(0, 25), "a.png"), HasSubstr("or of an unsupported kind"));
  std::memcpy(png.data() + 16, "\x80\0\0\0\0\0\0\1", 8);
  EXPECT_THAT(tests::refusal(png, "a.png"), HasSubstr("impossible header"));
  std::memcpy(png.data() + 16, "\0\0\0\0\0\0\0\1", 8);
  EXPECT_THAT(tests::refusal(png, "a.png"), HasSubstr("impossible header"));
}

TEST(Png, OfApplesKindIsNotCalledDamaged) {
  std::string png = tests::read_file(corpus + "plain.png");
  png.insert(8, std::string("\0\0\0\4CgBI\0\0\0\0\0\0\0\0", 16));
  const auto error = tests::error_of(png, "a.png");
  ASSERT_TRUE(error);
  EXPECT_EQ(error->kind(), ErrorKind::unsupported) << error->what();
}

TEST(Png, CutShortIsSalvagedRowByRow) {
  const std::string whole = tests::read_file(corpus + "type2-8bit.png");
  const Raster8 expected = tests::raster8(decode(corpus + "type2-8bit.png", {}, ignore_warnings));
  const Photo photo = tests::salvaged(tests::read_file(corpus + "cut.png"), "cut.png");
  ASSERT_TRUE(photo.salvage);
  EXPECT_EQ(photo.salvage->rows, 9);
  EXPECT_TRUE(photo.salvage->cut_short);
  const int sound = 9 - photo.salvage->missing_rows;
  // Two thirds of the file less a portion of 64 bytes hold, after 41 bytes of headers, at least three rows of 40 bytes.
  EXPECT_GE(sound, 3);
  EXPECT_LT(sound, 9);
  for (int y = 0; y < 9; ++y) {
    for (std::size_t i = 0; i < expected.row_samples(); ++i) {
      ASSERT_EQ(tests::raster8(photo).row(y)[i], y < sound ? expected.row(y)[i] : 128) << y;
    }
  }
  // All but its end.
  const Photo endless = tests::salvaged(whole.substr(0, whole.find("IEND") - 4), "a.png");
  ASSERT_TRUE(endless.salvage);
  EXPECT_EQ(endless.salvage->missing_rows, 0);
  EXPECT_EQ(tests::raster8(endless).samples, expected.samples);
  EXPECT_FALSE(decode(corpus + "type2-8bit.png", {}, ignore_warnings).salvage);
}

// Missing rows are opaque grey in every depth.
TEST(Png, SalvagedKeepsTransparencyOutOfMissingRows) {
  std::string png = tests::read_file(corpus + "type6-16bit.png");
  png.resize(png.size() * 3 / 4);
  const Photo photo = tests::salvaged(png, "a.png");
  ASSERT_TRUE(photo.salvage);
  ASSERT_GT(photo.salvage->missing_rows, 0);
  const auto& raster = std::get<Raster16>(photo.pixels);
  const auto last = raster.row(8);
  EXPECT_EQ(last[0], 32768);
  EXPECT_EQ(last[3], 65535);
}

// Of Adam7's first passes no row is whole.
TEST(Png, InterlacedAndCutEarlyHasNothingToSalvage) {
  std::string png = tests::read_file(corpus + "type2-8bit-interlaced.png");
  png.resize(png.size() / 2);
  const auto error = tests::error_of(png, "a.png", {.salvage = true});
  ASSERT_TRUE(error);
  EXPECT_EQ(error->kind(), ErrorKind::damaged);
}

}  // namespace
}  // namespace colourize::photo
