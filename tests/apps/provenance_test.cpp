// What results say of themselves, read by ExifTool, which is another program than those that write it.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

#include "system/sha256.h"
#include "tests/support/golden.h"
#include "tests/support/program.h"
#include "weights/builtin/builtin.h"

namespace colourize {
namespace {

using testing::HasSubstr;
using tests::Outcome;

const std::string composite = "http://cv.iptc.org/newscodes/digitalsourcetype/compositeWithTrainedAlgorithmicMedia";
const std::string grey_file = tests::folder + "../docs/cat.png";

std::string sum_of(const std::string& content) {
  return sha256(std::as_bytes(std::span(content)));
}

class Stated : public tests::Program {
 protected:
  // All XMP, as ExifTool finds it; duplicates are told apart by their groups, so that a second packet shows.
  nlohmann::json xmp(const std::string& file) const {
    const Outcome outcome =
        tests::shell("cd '" + folder_.path().string() + "' && exiftool -json -a -G1:4 -XMP:all " + file);
    return nlohmann::json::parse(outcome.text, nullptr, false).at(0);
  }
};

TEST_F(Stated, ByEveryPhoto) {
  copy(grey_file, "photo.png");
  const std::string source = sum_of(tests::read_file(folder_ / "photo.png"));
  std::vector<std::string> extensions{".png", ".jpg"};
#ifdef COLOURIZE_TIFF
  extensions.emplace_back(".tif");
#endif
  for (const std::string& extension : extensions) {
    const std::string name = "out" + extension;
    ASSERT_EQ(run("photo.png -o " + name + " --side-by-side").code, 0);
    const auto found = xmp(name);
    EXPECT_EQ(found.at("XMP-iptcExt:DigitalSourceType"), composite) << name;
    EXPECT_EQ(found.at("XMP-colourize:Program"), "colourize " COLOURIZE_VERSION);
    EXPECT_EQ(found.at("XMP-colourize:Generator"), "lite");
    EXPECT_EQ(found.at("XMP-colourize:WeightsSHA256"), sha256(weights::builtin_lite()));
    EXPECT_EQ(found.at("XMP-colourize:RenderFactor"), 16);
    EXPECT_EQ(found.at("XMP-colourize:Options"), "side by side");
    EXPECT_EQ(found.at("XMP-colourize:SourceSHA256"), source);
    ASSERT_EQ(run("photo.png -o bare" + extension + " --no-provenance").code, 0);
    EXPECT_EQ(xmp("bare" + extension).size(), 1U) << "only the file's name";
    // The pixels are the same, and so is all else.
    const Outcome stripped = tests::shell("cd '" + folder_.path().string() + "' && exiftool -q -q -XMP= " + name);
    EXPECT_EQ(stripped.code, 0) << stripped.text;
  }
}

TEST_F(Stated, TheSameWayEachTime) {
  copy(grey_file, "photo.png");
  ASSERT_EQ(run("photo.png -o one.jpg --threads 1").code, 0);
  ASSERT_EQ(run("photo.png -o two.jpg --threads 3").code, 0);
  EXPECT_EQ(tests::read_file(folder_ / "one.jpg"), tests::read_file(folder_ / "two.jpg"));
}

TEST_F(Stated, OnceByAResultOfAResult) {
  copy(grey_file, "photo.png");
  ASSERT_EQ(run("photo.png -o once.png --render-factor 10").code, 0);
  ASSERT_EQ(run("once.png -o twice.png").code, 0);
  const auto found = xmp("twice.png");
  EXPECT_EQ(found.at("XMP-colourize:RenderFactor"), 16);
  EXPECT_EQ(found.at("XMP-colourize:SourceSHA256"), sum_of(tests::read_file(folder_ / "once.png")));
  for (const auto& [name, value] : found.items()) EXPECT_EQ(name.find("Copy"), std::string::npos) << name;
  ASSERT_EQ(run("twice.png -o bare.png --no-provenance").code, 0);
  EXPECT_FALSE(xmp("bare.png").contains("XMP-iptcExt:DigitalSourceType"));
}

// ExifTool reads what Exiv2 refuses, a property named twice, and finds ours beside it.
TEST_F(Stated, BesideXmpThatCannotBeParsed) {
  copy(tests::folder + "cases/xmp-twice.jpg", "photo.jpg");
  const Outcome outcome = run("photo.jpg");
  ASSERT_EQ(outcome.code, 0);
  const auto found = xmp("photo.colour.jpg");
  EXPECT_EQ(found.at("XMP-iptcExt:DigitalSourceType"), composite);
  EXPECT_EQ(found.at("XMP-dc:Source"), "Album 3, page 12");
  EXPECT_THAT(run("photo.jpg").text, HasSubstr("done before"));
}

}  // namespace
}  // namespace colourize
