// PNM as netpbm's manual describes it: samples of one byte or two, white of any value.
#include <gtest/gtest.h>

#include "tests/support/pictures.h"

namespace colourize::photo {
namespace {

using tests::refusal;

TEST(Pnm, ReadsSamplesOfTwoBytesAndAnyWhite) {
  // 0x1234 and white of 65535; 50 and white of 100; 4095 of 4095.
  const Photo deep =
      decode(tests::bytes_of(std::string("P5\n2 1\n65535\n\x12\x34\xFF\xFF", 17)), "a.pgm", {}, ignore_warnings);
  EXPECT_EQ(std::get<Raster16>(deep.pixels).samples[0], 0x1234);
  EXPECT_EQ(std::get<Raster16>(deep.pixels).samples[3], 65535);
  const Photo shallow = decode(tests::bytes_of("P5 # white is 100\n2 1 100\n2d"), "a.pgm", {}, ignore_warnings);
  EXPECT_EQ(std::get<Raster8>(shallow.pixels).samples[0], 128);  // '2' is 50: 127.5, rounded up
  EXPECT_EQ(std::get<Raster8>(shallow.pixels).samples[3], 255);
  const Photo twelve =
      decode(tests::bytes_of(std::string("P5\n1 1\n4095\n\x0F\xFF", 14)), "a.pgm", {}, ignore_warnings);
  EXPECT_EQ(std::get<Raster16>(twelve.pixels).samples[0], 65535);
}

// Exiv2 takes it for a film, whose reader would not come to an end. Found by the fuzzer.
TEST(Pnm, ThatLooksLikeAFilmToOthersHasNoMetadata) {
  const std::string file = tests::read_file(tests::corpus + "film-in-comment.pgm");
  EXPECT_NE(file.find("ftyp"), std::string::npos);
  EXPECT_TRUE(tests::salvaged(file, "a.pgm").salvage);
  EXPECT_EQ(tests::refusal("P2 #ftypcrx IHDR\n1 1 9\n7\n", "a.pgm"), "no error");
}

TEST(Pnm, RefusesImpossibleHeaders) {
  for (const char* header : {"P5\n2222222222 9\n255\n", "P5\n2 9 99999999999", "P5\n2 9 65536\n", "P5\n2 9 0\n",
                             "P5\n0 9 255\n", "P5\n2", "P5\nx 9 255\n"}) {
    EXPECT_NE(refusal(header, "a.pgm").find("impossible header"), std::string::npos) << header;
  }
}

TEST(Pnm, CutShortIsSalvagedRowByRow) {
  // 3 of 4 rows, and a part of the fourth.
  const std::string cut = "P5\n2 4\n255\nabcdefg";
  const auto error = tests::error_of(cut, "a.pgm");
  ASSERT_TRUE(error);
  EXPECT_EQ(error->kind(), ErrorKind::incomplete);
  const Photo photo = tests::salvaged(cut, "a.pgm");
  ASSERT_TRUE(photo.salvage);
  EXPECT_EQ(photo.salvage->missing_rows, 1);
  const auto& samples = tests::raster8(photo).samples;
  EXPECT_EQ(samples[3 * 5], 'f');
  EXPECT_EQ(samples[3 * 6], 128);
  EXPECT_EQ(refusal("P5\n2 4\n255\na", "a.pgm", {.salvage = true}).find("no error"), std::string::npos);
}

}  // namespace
}  // namespace colourize::photo
