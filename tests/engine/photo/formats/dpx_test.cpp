// DPXs of every kind, against FFmpeg (tests/fuzz/dpx_corpus.py), what their numbers mean, and damaged ones.
#include <fmt/core.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <bit>
#include <cmath>
#include <cstring>

#include "engine/photo/encode.h"
#include "engine/photo/film_tones.h"
#include "system/recorded_warnings.h"
#include "tests/support/pictures.h"

namespace colourize::photo {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using tests::corpus;

std::vector<std::uint16_t> numbers_of(const tests::GoldenFile& golden, const std::string& name) {
  std::vector<std::uint16_t> numbers(golden.bytes(name).size() / 2);
  std::memcpy(numbers.data(), golden.bytes(name).data(), golden.bytes(name).size());
  return numbers;
}

unsigned bits_of(const std::string& file) {
  return static_cast<unsigned char>(file.at(803));
}

TEST(Dpx, OfEveryKindHasItsNumbers) {
  const tests::GoldenFile golden("dpx");
  EXPECT_EQ(golden.names().size(), 24U);
  for (const std::string& name : golden.names()) {
    const std::string content = tests::read_file(corpus + name);
    const auto file = tests::bytes_of(content);
    const StoredPicture picture = recognise(file, "a").load(file, "a", Damage::refuse, ignore_warnings);
    const auto numbers = numbers_of(golden, name);
    const double largest = std::pow(2, bits_of(content)) - 1;
    std::visit(
        [&](const auto& raster) {
          using Sample = typename std::decay_t<decltype(raster.samples)>::value_type;
          ASSERT_EQ(raster.channels, golden.shape(name)[2]) << name;
          ASSERT_EQ(raster.samples.size(), numbers.size()) << name;
          for (std::size_t i = 0; i < numbers.size(); ++i) {
            const double full = std::numeric_limits<Sample>::max();
            ASSERT_EQ(raster.samples[i], std::floor(numbers[i] / largest * full + 0.5)) << name << " " << i;
          }
        },
        picture.pixels);
  }
}

// IEC 61966-2-1.
double srgb_of_linear(double light) {
  return light <= 0.0031308 ? 12.92 * light : 1.055 * std::pow(light, 1 / 2.4) - 0.055;
}

TEST(Dpx, OfLinearLightBecomesSrgb) {
  const tests::GoldenFile golden("dpx");
  const RecordedWarnings warnings;
  const Photo photo = decode(corpus + "dpx-linear.dpx", {}, warnings.sink());
  EXPECT_THAT(warnings.texts(), ElementsAre(HasSubstr("its linear samples were converted to sRGB")));
  const auto numbers = numbers_of(golden, "dpx-linear.dpx");
  const auto& samples = std::get<Raster16>(photo.pixels).samples;
  for (std::size_t i = 0; i < numbers.size(); ++i) {
    EXPECT_NEAR(samples[3 * i], 65535 * srgb_of_linear(numbers[i] / 65535.0), 0.5001);
  }
}

// Kodak's formula has its fixed points: reference black is no light, reference white all of it. 300 codes are a power
// of ten: 0.002 / 0.6 of one for each.
TEST(FilmTones, FollowCineonsFormula) {
  EXPECT_DOUBLE_EQ(light_of_log_code(95 / 1023.0), 0);
  EXPECT_NEAR(light_of_log_code(685 / 1023.0), 1, 1e-12);
  EXPECT_LT(light_of_log_code(0), 0);
  const auto above_black = [](double code) {
    return light_of_log_code(code / 1023) - light_of_log_code(95 / 1023.0) + 1 / (std::pow(10.0, 590 / 300.0) - 1);
  };
  EXPECT_NEAR(above_black(600) / above_black(300), 10, 1e-9);
}

TEST(Dpx, OfPrintingDensityBecomesSrgbAndSaysWhatBecomesWhite) {
  const tests::GoldenFile golden("dpx");
  const RecordedWarnings warnings;
  const Photo photo = decode(corpus + "dpx-log.dpx", {}, warnings.sink());
  const auto numbers = numbers_of(golden, "dpx-log.dpx");
  const auto& samples = std::get<Raster16>(photo.pixels).samples;
  const double black = std::pow(10.0, (95 - 685) / 300.0);
  std::size_t brighter = 0;
  for (std::size_t i = 0; i < numbers.size(); ++i) {
    const double light = (std::pow(10.0, (numbers[i] - 685) / 300.0) - black) / (1 - black);
    brighter += numbers[i] > 685 ? 1 : 0;
    // The code is a number of 16 bits first: half of a step of these, which the curve makes 1023 / 300 ln 10 times as
    // large at most, with sRGB's slope of 12.92 in the dark.
    EXPECT_NEAR(samples[i] / 65535.0, srgb_of_linear(std::clamp(light, 0.0, 1.0)), 1e-4) << numbers[i];
  }
  EXPECT_THAT(warnings.texts(),
              ElementsAre(HasSubstr("only another DPX can hold what its header says of the film: time code"),
                          HasSubstr("its log samples were converted to sRGB"), HasSubstr("become white")));
  EXPECT_THAT(warnings.texts().back(), HasSubstr(fmt::format("{:.2g} %", 100.0 * static_cast<double>(brighter) /
                                                                             static_cast<double>(numbers.size()))));
}

TEST(Dpx, IsRefusedWhereItDoesNotSayWhatItsNumbersMean) {
  const std::string file = tests::read_file(corpus + "dpx-unknown.dpx");
  const auto error = tests::error_of(file, "a.dpx");
  ASSERT_TRUE(error);
  EXPECT_EQ(error->kind(), ErrorKind::unsupported);
  EXPECT_THAT(error->what(), HasSubstr("does not say what its numbers mean (its transfer characteristic is 0)"));
  const RecordedWarnings warnings;
  const Photo video = decode(tests::bytes_of(file), "a.dpx", {.dpx_transfer = FilmTransfer::video}, warnings.sink());
  EXPECT_THAT(warnings.texts(), IsEmpty());
  const Photo log = decode(tests::bytes_of(file), "a.dpx", {.dpx_transfer = FilmTransfer::log}, ignore_warnings);
  EXPECT_NE(std::get<Raster16>(video.pixels).samples, std::get<Raster16>(log.pixels).samples);
}

TEST(Dpx, SaysThatFfmpegCallsAllLinear) {
  const RecordedWarnings warnings;
  decode(corpus + "dpx-linear-ffmpeg.dpx", {}, warnings.sink());
  EXPECT_THAT(warnings.texts().front(), HasSubstr("FFmpeg made it, which says so of every DPX"));
  // The option goes before it.
  const Photo photo = decode(corpus + "dpx-linear-ffmpeg.dpx", {.dpx_transfer = FilmTransfer::video}, ignore_warnings);
  const auto numbers = numbers_of(tests::GoldenFile("dpx"), "dpx-linear-ffmpeg.dpx");
  EXPECT_TRUE(std::ranges::equal(tests::raster8(photo).samples, numbers));
}

// 5: lines go down, and follow each other to the left: the first one is the right edge.
TEST(Dpx, IsTurnedAsItSays) {
  const Photo photo = decode(corpus + "dpx-turned.dpx", {}, ignore_warnings);
  const auto numbers = numbers_of(tests::GoldenFile("dpx"), "dpx-turned.dpx");
  ASSERT_EQ(photo.width(), 9);
  ASSERT_EQ(photo.height(), 14);
  EXPECT_EQ(tests::raster8(photo).row(0)[24], numbers[0]);   // the first sample, at the top right
  EXPECT_EQ(tests::raster8(photo).row(1)[24], numbers[3]);   // the next pixel of the first line
  EXPECT_EQ(tests::raster8(photo).row(0)[21], numbers[42]);  // the second line
}

TEST(Dpx, CutShortIsRefusedOrSalvaged) {
  for (const std::string& name : tests::GoldenFile("dpx").names()) {
    const std::string whole = tests::read_file(corpus + name);
    const std::size_t row = (whole.size() - 2048) / 9;
    for (std::size_t length = 4; length < whole.size(); length += length < 2000 ? 97 : 13) {
      const std::string cut = whole.substr(0, length);
      const auto error = tests::error_of(cut, name, {.dpx_transfer = FilmTransfer::video});
      ASSERT_TRUE(error) << name << " " << length;
      const std::size_t rows = length < 2048 ? 0 : (length - 2048) / row;
      EXPECT_EQ(error->kind(), rows > 0 ? ErrorKind::incomplete : ErrorKind::damaged) << name << " " << length;
      if (rows == 0) continue;
      const Photo photo =
          decode(tests::bytes_of(cut), name, {.salvage = true, .dpx_transfer = FilmTransfer::video}, ignore_warnings);
      EXPECT_EQ(photo.salvage->missing_rows, 9 - static_cast<int>(rows));
    }
  }
}

// As some programs write them: rows of 42 bytes, not of 44.
TEST(Dpx, MayHaveRowsThatAreNoWholeWords) {
  const std::string padded = tests::read_file(corpus + "dpx-rgb8.dpx");
  std::string file = padded.substr(0, 2048);
  for (std::size_t y = 0; y < 9; ++y) file += padded.substr(2048 + 44 * y, 42);
  file.replace(16, 4, std::string("\x00\x00\x09\x7A", 4));  // its length, 2048 + 378
  EXPECT_EQ(tests::raster8(decode(tests::bytes_of(file), "a.dpx", {}, ignore_warnings)).samples,
            tests::raster8(decode(corpus + "dpx-rgb8.dpx", {}, ignore_warnings)).samples);
}

// Codes from reference black to reference white come back; those beyond are cut to these. What is not the picture's own
// in the header stays, too.
TEST(EncodeDpx, GivesALogFrameItsOwnCodesAndHeader) {
  const std::string source = tests::read_file(corpus + "dpx-log.dpx");
  const Photo photo = decode(tests::bytes_of(source), "a.dpx", {}, ignore_warnings);
  const auto file = encode(photo, "b.dpx", ignore_warnings);
  ASSERT_EQ(file.size(), source.size());
  const std::string written(reinterpret_cast<const char*>(file.data()), file.size());
  EXPECT_EQ(written.substr(0, 2048), source.substr(0, 2048));
  const auto word = [](const std::string& of, std::size_t at) {
    std::uint32_t value = 0;
    for (std::size_t i = 0; i < 4; ++i) value = value << 8U | static_cast<unsigned char>(of[at + i]);
    return value;
  };
  for (std::size_t at = 2048; at < source.size(); at += 4) {
    for (const unsigned shift : {22U, 12U, 2U}) {
      const unsigned before = word(source, at) >> shift & 1023U;
      ASSERT_EQ(word(written, at) >> shift & 1023U, std::clamp(before, 95U, 685U)) << at;
    }
  }
}

TEST(EncodeDpx, KeepsEverySample) {
  for (const char* name : {"dpx-rgb16-big.dpx", "dpx-rgb16-little.dpx", "dpx-rgb10-big.dpx", "dpx-rgb10-little.dpx"}) {
    const std::string source = tests::read_file(corpus + name);
    const Photo photo = decode(tests::bytes_of(source), name, {}, ignore_warnings);
    const auto file = encode(photo, "b.dpx", ignore_warnings);
    EXPECT_EQ(std::string(reinterpret_cast<const char*>(file.data()), file.size()), source) << name;
  }
  // And of another source: video, in 10 bits where it has 8.
  const RecordedWarnings warnings;
  const Photo photo = decode(corpus + "rgba.png", {}, ignore_warnings);
  const Photo back = decode(encode(photo, "b.dpx", warnings.sink()), "b.dpx", {}, warnings.sink());
  EXPECT_THAT(warnings.texts(), IsEmpty());
  ASSERT_EQ(back.bits(), 16);
  EXPECT_EQ(to_8_bit(back).samples, tests::raster8(photo).samples);
}

TEST(EncodeDpx, SaysWhatItCannotHold) {
  Photo photo{Raster8(4, 4, 3), Metadata().with_profile(srgb_profile())};
  photo.density = Density{100, 100, Density::Unit::metre};
  const RecordedWarnings warnings;
  encode(photo, "b.dpx", warnings.sink());
  EXPECT_THAT(warnings.texts(), ElementsAre(HasSubstr("states no print size"), HasSubstr("holds no EXIF")));
}

TEST(Dpx, OfAKindThatIsNotReadIsNamed) {
  const std::string sound = tests::read_file(corpus + "dpx-rgb10-big.dpx");
  const auto with = [&](std::size_t at, char value) {
    std::string file = sound;
    file.at(at) = value;
    return tests::refusal(file, "a.dpx");
  };
  EXPECT_THAT(with(783, 1), HasSubstr("signed samples"));
  EXPECT_THAT(with(800, 100), HasSubstr("of kind 100"));
  EXPECT_THAT(with(803, 1), HasSubstr("of 1 bits"));
  EXPECT_THAT(with(807, 1), HasSubstr("run lengths"));
  EXPECT_THAT(with(772, 0x7F), HasSubstr("impossible size"));
}

}  // namespace
}  // namespace colourize::photo
