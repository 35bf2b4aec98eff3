// Kinds of files that are rare but sound, against other programs' decoding (tests/fuzz/kinds_corpus.py).
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>
#include <cstring>

#include "engine/photo/formats/float_samples.h"
#include "engine/photo/formats/run_lengths.h"
#include "system/recorded_warnings.h"
#include "tests/support/pictures.h"

namespace colourize::photo {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using tests::corpus;

// The expected samples are as the file stores them, 4 of a pixel are inks (the largest value the most).
template <typename Sample>
void expect_samples(const Raster<Sample>& raster, const tests::GoldenFile& golden, const std::string& name) {
  const auto& shape = golden.shape(name);
  ASSERT_EQ(raster.height, shape[0]) << name;
  ASSERT_EQ(raster.width, shape[1]) << name;
  const auto channels = static_cast<std::size_t>(shape[2]);
  ASSERT_EQ(golden.bytes(name).size(), raster.samples.size() / 3 * channels * sizeof(Sample)) << name;
  std::vector<Sample> expected(golden.bytes(name).size() / sizeof(Sample));
  std::memcpy(expected.data(), golden.bytes(name).data(), golden.bytes(name).size());
  constexpr double white = std::numeric_limits<Sample>::max();
  for (std::size_t i = 0; i < raster.samples.size(); ++i) {
    const std::size_t pixel = i / 3 * channels;
    if (channels < 4) {
      ASSERT_EQ(raster.samples[i], expected[pixel + (channels == 1 ? 0 : i % 3)]) << name << " at " << i;
      continue;
    }
    const double let_through = (white - expected[pixel + i % 3]) * (white - expected[pixel + 3]) / white;
    ASSERT_EQ(raster.samples[i], std::lround(let_through)) << name << " at " << i;
  }
}

TEST(RareKinds, HaveTheSamplesThatOtherProgramsRead) {
  const tests::GoldenFile golden("kinds");
  EXPECT_EQ(golden.names().size(), 33U);
  for (const std::string& name : golden.names()) {
    const Photo photo = decode(corpus + name, {}, ignore_warnings);
    EXPECT_EQ(photo.channels(), 3) << name;
    std::visit([&](const auto& raster) { expect_samples(raster, golden, name); }, photo.pixels);
  }
}

TEST(RareKinds, AreRefusedWhereTheyEndEarly) {
  const tests::GoldenFile golden("kinds");
  for (const std::string& name : golden.names()) {
    const std::string whole = tests::read_file(corpus + name);
    for (std::size_t eighths = 0; eighths < 8; ++eighths) {
      const std::string sentence = tests::refusal(whole.substr(0, whole.size() * eighths / 8), name);
      EXPECT_NE(sentence, "no error") << name << " cut to " << eighths << "/8";
    }
  }
}

TEST(RareKinds, ThatAreNotReadAreNamedForWhatTheyAre) {
  for (const auto& [name, words] : {std::pair("jpeg-12bit.jpg", "is a 12-bit JPEG, which cannot be read; convert it"),
                                    {"jpeg-lossless.jpg", "is a lossless JPEG, which"},
                                    {"jpeg-ls.jpg", "is a JPEG-LS, which"}}) {
    const auto error = tests::error_of(tests::read_file(corpus + name), name);
    ASSERT_TRUE(error) << name;
    EXPECT_EQ(error->kind(), ErrorKind::unsupported) << name;
    EXPECT_THAT(error->what(), HasSubstr(words));
    EXPECT_THAT(error->what(), HasSubstr("PNG or TIFF"));
  }
}

// In arithmetic coding nobody can tell whether data ended early, so a file without its end mark is not whole.
TEST(RareKinds, ArithmeticJpegWithoutItsEndMarkIsTruncated) {
  const std::string whole = tests::read_file(corpus + "jpeg-arithmetic.jpg");
  const auto error = tests::error_of(whole.substr(0, whole.size() - 2));
  ASSERT_TRUE(error);
  EXPECT_EQ(error->kind(), ErrorKind::incomplete) << error->what();
}

TEST(RareKinds, BmpOfCodingsThatAreNotReadIsRefused) {
  const std::string sound = tests::read_file(corpus + "bmp-rle8.bmp");
  const auto with_coding = [&](char coding) {
    std::string bmp = sound;
    bmp[30] = coding;
    return tests::refusal(bmp, "a.bmp");
  };
  EXPECT_THAT(with_coding(4), HasSubstr("is a BMP that holds a JPEG"));
  EXPECT_THAT(with_coding(5), HasSubstr("is a BMP that holds a PNG"));
  EXPECT_THAT(with_coding(2), HasSubstr("unsupported kind"));  // RLE4 of 8 bits
  std::string flat = sound;
  flat.replace(22, 4, std::string(4, '\0'));
  EXPECT_THAT(tests::refusal(flat, "a.bmp"), HasSubstr("no pixels"));
}

TEST(RareKinds, BmpRunsStayInTheirRows) {
  const auto taken = [](const std::string& runs, std::size_t width, std::size_t height) {
    std::vector<std::byte> to(width * height);
    EXPECT_TRUE(take_bmp_runs_apart(tests::bytes_of(runs), 8, width, to)) << runs;
    std::string text;
    for (const std::byte byte : to) text += byte == std::byte{0} ? '.' : static_cast<char>(byte);
    return text;
  };
  using namespace std::string_literals;
  EXPECT_EQ(taken("\x09"
                  "a\0\0\x01"
                  "b\0\x01"s,
                  3, 2),
            "aaab..");
  EXPECT_EQ(taken("\x09"
                  "a\0\x01"s,
                  3, 2),
            "aaa...");
  // A delta far outside, and then more pixels.
  EXPECT_EQ(taken("\x01"
                  "a\0\x02\xFF\xFF\x05"
                  "b\0\x01"s,
                  3, 2),
            "a.....");
  std::vector<std::byte> to(6);
  EXPECT_FALSE(take_bmp_runs_apart(tests::bytes_of("\x02"
                                                   "a"s),
                                   8, 3, to));
  EXPECT_FALSE(take_bmp_runs_apart(tests::bytes_of("\0\x09"
                                                   "abc"s),
                                   8, 3, to));
  // Without the mark of the end, but with all pixels.
  EXPECT_TRUE(take_bmp_runs_apart(tests::bytes_of("\x03"
                                                  "a\0\0\x03"
                                                  "b"s),
                                  8, 3, to));
}

TEST(RareKinds, PsdSaysWhatItLeavesOut) {
  const auto warnings_of = [](const std::string& name) {
    const RecordedWarnings warnings;
    decode(tests::bytes_of(tests::read_file(corpus + name)), "a.psd", {}, warnings.sink());
    return warnings.texts();
  };
  EXPECT_THAT(warnings_of("psd-grey.psd"), IsEmpty());
  EXPECT_THAT(warnings_of("psd-grey-further.psd"), ElementsAre("a.psd: 1 further channel is left out"));
  EXPECT_THAT(warnings_of("psd-duotone.psd"),
              ElementsAre("a.psd: is a duotone; its grey is coloured, without its inks"));
  EXPECT_THAT(warnings_of("psd-cmyk.psd"), ElementsAre(HasSubstr("not by an ICC profile")));
}

TEST(RareKinds, OfPsdThatAreNotReadAreNamed) {
  std::string psd = tests::read_file(corpus + "psd-grey.psd");
  psd[25] = 9;
  EXPECT_THAT(tests::refusal(psd, "a.psd"), HasSubstr("is a Lab PSD"));
  psd[25] = 1;
  psd[5] = 2;
  EXPECT_THAT(tests::refusal(psd, "a.psd"), HasSubstr("is a PSB"));
  psd[5] = 1;
  psd[23] = 32;
  EXPECT_THAT(tests::refusal(psd, "a.psd"), HasSubstr("32 bits a sample"));
}

TEST(FloatSamples, BecomeSixteenBitsWithoutCuttingWhatIsBright) {
  const auto converted = [](const std::vector<float>& from, std::size_t warned) {
    const RecordedWarnings warnings;
    std::vector<std::uint16_t> to(from.size());
    to_16_bits(from, to, "a", warnings.sink());
    EXPECT_EQ(warnings.texts().size(), warned);
    return to;
  };
  // 0.5 of 65535 is 32767.5; 1 / 65535 is one step.
  EXPECT_THAT(converted({0, 0.5F, 1, 1.0F / 65535}, 1), ElementsAre(0, 32768, 65535, 1));
  EXPECT_THAT(converted({0, 2, 4}, 1), ElementsAre(0, 32768, 65535));
  const float infinity = std::numeric_limits<float>::infinity();
  EXPECT_THAT(converted({-1, infinity, -infinity, std::nanf(""), 1}, 2), ElementsAre(0, 65535, 0, 0, 65535));
}

TEST(Pfm, RefusesImpossibleHeaders) {
  for (const char* header : {"PF\n1 1\n0\n", "PF\n1 1\nnan\n", "PF\n0 1\n-1\n", "PF\n1 99999999999\n-1\n", "PF\n1 1\n",
                             "Pf\n1 1\n1e-44\n", "PF\n1 1\n-1x\n"}) {
    EXPECT_THAT(tests::refusal(header + std::string(12, '\0'), "a.pfm"), HasSubstr("impossible header")) << header;
  }
}

TEST(CameraRaw, IsNamedByItsMarkOrItsExtension) {
  const auto expect_raw = [](const std::string& content, const std::string& name) {
    const auto error = tests::error_of(content, name);
    ASSERT_TRUE(error) << name;
    EXPECT_EQ(error->kind(), ErrorKind::unsupported);
    EXPECT_THAT(error->what(), HasSubstr("is a camera's raw file; develop it first"));
  };
  const std::string tiff("II*\0\x10\0\0\0", 8);
  expect_raw(std::string("\0\0\0\x18"
                         "ftypcrx ",
                         12),
             "a.cr3");
  expect_raw(tiff + "CR\x02", "a.tif");
  expect_raw(tiff, "a.nef");
  expect_raw(tiff, "A.DNG");
  expect_raw("FUJIFILMCCD-RAW 0201", "a.raf");
  expect_raw(std::string("IIU\0", 4), "a.rw2");
}

}  // namespace
}  // namespace colourize::photo
