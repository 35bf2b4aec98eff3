// Small pictures that once went wrong, coloured by the program (README.md has their list).
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>

#include <nlohmann/json.hpp>

#include "engine/photo/decode.h"
#include "tests/support/golden.h"
#include "tests/support/json_lines.h"
#include "tests/support/program.h"

namespace colourize {
namespace {

namespace fs = std::filesystem;
using testing::AllOf;
using testing::HasSubstr;
using testing::Not;
using tests::Outcome;

const std::string cases = tests::folder + "cases/";

struct Case {
  std::string file;
  std::string target = "out.png";
  bool luma = true;             // NAME.luma.pgm has it
  std::string warning;          // words of one; empty: there is none
  nlohmann::json properties{};  // of the result, by ExifTool, under the names of its groups
};

void PrintTo(const Case& one, std::ostream* out) {
  *out << one.file << " -> " << one.target;
}

// Luma of ITU-R BT.601, 0 to 255.
double luma(const std::uint8_t* rgb) {
  return 0.299 * rgb[0] + 0.587 * rgb[1] + 0.114 * rgb[2];  // NOLINT(*-pointer-arithmetic)
}

class Cases : public tests::Program {
 protected:
  // As the program was built.
  bool reads_heic() const { return run("--version").text.find("HEIC") != std::string::npos; }
  // Each channel is rounded, by half a level at most, and so luma, whose weights add up to 1, is off by as much.
  void expect_luma(const std::string& result, const std::string& file) const {
    const photo::Photo coloured = photo::decode(folder_ / result, {}, ignore_warnings);
    const photo::Photo expected = photo::decode(cases + file + ".luma.pgm", {}, ignore_warnings);
    ASSERT_EQ(coloured.width(), expected.width());
    ASSERT_EQ(coloured.height(), expected.height());
    ASSERT_EQ(coloured.bits(), 8);
    const auto& made = std::get<photo::Raster8>(coloured.pixels);
    const auto& right = std::get<photo::Raster8>(expected.pixels);
    double largest = 0;
    bool in_colour = false;
    bool grey = false;  // black and white have no room for chroma
    for (int y = 0; y < made.height; ++y) {
      for (int x = 0; x < made.width; ++x) {
        const std::uint8_t* rgb = made.row(y).data() + x * made.channels;
        largest = std::max(largest, std::abs(luma(rgb) - right.row(y)[static_cast<std::size_t>(3 * x)]));
        grey |= luma(rgb) > 30 && luma(rgb) < 225;
        in_colour |= rgb[0] != rgb[1] || rgb[1] != rgb[2];
      }
    }
    EXPECT_LE(largest, 0.5 + 1e-9);
    EXPECT_EQ(in_colour, grey);
  }

  nlohmann::json properties(const std::string& file) const {
    const Outcome outcome =
        tests::shell("cd '" + folder_.path().string() + "' && exiftool -json -n -G1 '" + file + "'");
    return nlohmann::json::parse(outcome.text, nullptr, false).at(0);
  }

  double mean(const std::string& file) const {
    const auto raster = std::get<photo::Raster8>(photo::decode(folder_ / file, {}, ignore_warnings).pixels);
    double sum = 0;
    for (std::size_t i = 0; i < raster.samples.size(); i += 3) sum += luma(&raster.samples[i]);
    return sum / static_cast<double>(raster.samples.size() / 3);
  }
};

class Pictures : public Cases, public testing::WithParamInterface<Case> {};

TEST_P(Pictures, AreColouredAsTheyShouldBe) {
  const Case& one = GetParam();
  copy(cases + one.file, one.file);
  const Outcome outcome = run(one.file + " -o " + one.target);
  ASSERT_EQ(outcome.code, 0) << outcome.text;
  if (one.warning.empty()) {
    EXPECT_THAT(outcome.text, Not(HasSubstr("warning")));
  } else {
    EXPECT_THAT(outcome.text, AllOf(HasSubstr("warning: "), HasSubstr(one.warning)));
  }
  if (one.luma) expect_luma(one.target, one.file);
  const nlohmann::json found = properties(one.target);
  for (const auto& [name, value] : one.properties.items())
    EXPECT_EQ(found.value(name, nlohmann::json()), value) << name;
}

INSTANTIATE_TEST_SUITE_P(
    All, Pictures,
    testing::Values(
        Case{.file = "no-eoi.jpg", .warning = "no end mark"},
        // 600 dots an inch are 23622 a metre (1 inch is 0.0254 m).
        Case{.file = "dpi600-jfif.jpg",
             .properties = {{"PNG-pHYs:PixelsPerUnitX", 23622},
                            {"PNG-pHYs:PixelsPerUnitY", 23622},
                            {"PNG-pHYs:PixelUnits", 1}}},
        Case{.file = "dpi600-jfif.jpg",
             .target = "out.jpg",
             .luma = false,
             .properties = {{"JFIF:XResolution", 600}, {"JFIF:YResolution", 600}, {"JFIF:ResolutionUnit", 1}}},
        Case{.file = "xmp-orientation6.png",
             .properties = {{"PNG:ImageWidth", 160}, {"PNG:ImageHeight", 120}, {"XMP-tiff:Orientation", 1}}},
        Case{.file = "rgb16.psd", .luma = false, .properties = {{"PNG:BitDepth", 16}, {"PNG:ColorType", 2}}},
        Case{.file = "top-down.bmp"}, Case{.file = "plain.pgm"}, Case{.file = "bilevel.pbm"},
        Case{.file = "grey8.psd", .properties = {{"PNG:BitDepth", 8}, {"PNG:ColorType", 2}}},
        Case{.file = "animated.png", .warning = "5 "},
        Case{.file = "xmp-twice.jpg", .properties = {{"XMP-dc:Source", "Album 3, page 12"}}}));

// As bright as a viewer that minds profiles showed them: 147 of 255, by README's figure; the result is sRGB.
TEST_F(Cases, GreyWithALinearProfileStaysAsBright) {
  for (const std::string file : {"grey-linear-icc.jpg", "grey-linear-icc.png"}) {
    copy(cases + file, file);
    const Outcome outcome = run(file + " -o " + file + ".png");
    ASSERT_EQ(outcome.code, 0);
    EXPECT_THAT(outcome.text, HasSubstr("warning: ")) << "that its profile was applied";
    EXPECT_NEAR(mean(file + ".png"), 147, 2);
  }
}

class Folders : public Cases {
 protected:
  void SetUp() override {
    fs::create_directories(folder_ / "in/roll1");
    copy(cases + "dpi600-jfif.jpg", "in/roll1/a.jpg");
    tests::write_file(folder_ / "in/roll1/a.xmp", "<x/>");
    tests::write_file(folder_ / "in/roll1/Thumbs.db", "x");
    copy(cases + "mif1.heic", "in/roll1/IMG_1.HEIC");
    copy(cases + "web.webp", "in/roll1/web.webp");
    copy(cases + "scan001.tif", "in/roll1/scan001.tif");
    copy(cases + "scan001.tif", "in/roll1/scan002.TIFF");
  }
};

TEST_F(Folders, AreColouredOrNamed) {
  // Its HEIC is the beginning of one: it fails where HEIC is read.
  const std::size_t failed = reads_heic() ? 1 : 0;
  const Outcome outcome = run("in -o out/");
  EXPECT_EQ(outcome.code, failed);
  EXPECT_THAT(outcome.text, Not(HasSubstr("Thumbs")));
  EXPECT_THAT(outcome.text, Not(HasSubstr("xmp")));
  const auto objects = tests::json_lines(run("in -o out/ --overwrite --json 2>/dev/null").text);
  const nlohmann::json summary = objects.back().at("summary");
  std::size_t pictures = summary.at("done").get<std::size_t>() + failed;
  if (summary.contains("left_out")) {
    for (const auto& [kind, count] : summary["left_out"].items()) {
      pictures += count.get<std::size_t>();
      EXPECT_THAT(outcome.text, HasSubstr(std::to_string(count.get<int>()) + " " + kind)) << "named";
    }
    EXPECT_EQ(run("in -o out/ --strict").code, 1);
  }
  EXPECT_EQ(pictures, 5U);
  EXPECT_EQ(summary.at("failed"), failed);
}

#ifdef COLOURIZE_TIFF
TEST_F(Folders, OfTiffsAlone) {
  ASSERT_EQ(run("in/roll1/scan001.tif -o out.png").code, 0);
  expect_luma("out.png", "scan001.tif");
  fs::remove_all(folder_ / "in");
  fs::create_directory(folder_ / "tiffs");
  copy(cases + "scan001.tif", "tiffs/scan001.tif");
  EXPECT_THAT(run("tiffs").text, HasSubstr("tiffs/scan001.tif -> tiffs/scan001.colour.tif"));
}
#endif

// Refused for what they are; nothing is called a film, nor told that what it is can be read.
TEST_F(Cases, OtherKindsAreCalledByTheirNames) {
  copy(cases + "mif1.heic", "a.heic");
  copy(cases + "raw.cr3", "b.cr3");
  for (const std::string brand : {"heic", "heix", "heim", "heis", "hevc", "msf1", "avis", "mif1"}) {
    std::string bytes = tests::read_file(cases + "mif1.heic");
    bytes.replace(8, 4, brand);
    tests::write_file(folder_ / (brand + ".jpg"), bytes);
    const Outcome outcome = run(brand + ".jpg");
    EXPECT_EQ(outcome.code, 1);
    // Where HEIC is read, the first bytes of one are damaged; where it is not, nobody knows.
    EXPECT_THAT(outcome.text, Not(HasSubstr("film"))) << brand;
    EXPECT_EQ(outcome.text.find("damaged") != std::string::npos, reads_heic()) << outcome.text;
    EXPECT_TRUE(outcome.text.find("HEI") != std::string::npos || outcome.text.find("AVIF") != std::string::npos)
        << outcome.text;
  }
  expect_refusal("b.cr3", "raw");
  EXPECT_THAT(run("b.cr3").text, Not(HasSubstr("film")));
}

TEST_F(Cases, OneNameForSeveralPicturesIsWrongUsage) {
  copy(cases + "plain.pgm", "a.pgm");
  copy(cases + "plain.pgm", "b.pgm");
  EXPECT_EQ(run("a.pgm b.pgm -o one.png").code, 2);
  EXPECT_EQ(names(), (std::vector<std::string>{"a.pgm", "b.pgm"}));
}

TEST_F(Cases, ChoicesAreListedInPlainText) {
  const std::string lists =
      run("--help").text + run("--codec h266 film.mkv").text + run("--precision fp8 photo.png").text;
  for (const unsigned char c : lists) EXPECT_TRUE(c >= ' ' || c == '\n') << static_cast<int>(c);
  EXPECT_THAT(run("--codec h266 film.mkv").text, HasSubstr("{ffv1,h264,h265,prores}"));
}

}  // namespace
}  // namespace colourize
