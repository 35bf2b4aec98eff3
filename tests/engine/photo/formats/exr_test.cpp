// OpenEXRs of every kind, against the formula of sRGB (tests/fuzz/exr_corpus.py), what is left out, and damaged ones.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cstring>

#include "system/recorded_warnings.h"
#include "tests/support/pictures.h"

namespace colourize::photo {
namespace {

using testing::Contains;
using testing::ElementsAre;
using testing::HasSubstr;
using tests::corpus;

StoredPicture stored(const std::string& name, const Warn& warn = ignore_warnings) {
  const auto file = tests::bytes_of(tests::read_file(corpus + name));
  return recognise(file, "a").load(file, "a", Damage::refuse, warn);
}

// The numbers are divided by alpha in float: half a unit of its last place may round the other way. Luma and chroma
// become RGB in halves, whose step is 1/1024 of the number: for light up to 0.6, half a step is 19 of 65535, which
// sRGB's curve makes 12.92 times as much near black, where numbers, and so their steps, are 64 times as small.
int tolerance(const std::string& name) {
  return name == "exr-luma-chroma.exr" ? 40 : 1;
}

TEST(Exr, OfEveryKindHasItsSamples) {
  const tests::GoldenFile golden("exr");
  EXPECT_EQ(golden.names().size(), 15U);
  for (const std::string& name : golden.names()) {
    const StoredPicture picture = stored(name);
    const auto& raster = std::get<Raster16>(picture.pixels);
    ASSERT_EQ(raster.height, golden.shape(name)[0]) << name;
    ASSERT_EQ(raster.width, golden.shape(name)[1]) << name;
    ASSERT_EQ(raster.channels, golden.shape(name)[2]) << name;
    std::vector<std::uint16_t> expected(raster.samples.size());
    ASSERT_EQ(2 * expected.size(), golden.bytes(name).size()) << name;
    std::memcpy(expected.data(), golden.bytes(name).data(), golden.bytes(name).size());
    int largest = 0;
    for (std::size_t i = 0; i < expected.size(); ++i) {
      largest = std::max(largest, std::abs(raster.samples[i] - expected[i]));
    }
    EXPECT_LE(largest, tolerance(name)) << name;
  }
}

TEST(Exr, SaysWhatItChangesAndLeavesOut) {
  const RecordedWarnings warnings;
  stored("exr-further.exr", warnings.sink());
  EXPECT_THAT(warnings.texts(),
              ElementsAre("a: 1 further channel is left out", HasSubstr("linear samples were converted"),
                          HasSubstr("are brighter than white (1.0) and become white"), HasSubstr("samples below 0")));
  const RecordedWarnings others;
  stored("exr-window.exr", others.sink());
  EXPECT_THAT(others.texts(), Contains(HasSubstr("data window is not what it wants shown")));
}

TEST(Exr, KeepsItsPrimariesAndPrintSize) {
  const StoredPicture picture = stored("exr-p3.exr");
  ASSERT_TRUE(picture.stated && picture.stated->primaries);
  EXPECT_FALSE(picture.stated->gamma);
  EXPECT_NEAR(picture.stated->primaries->green.x, 0.265, 1e-6);
  ASSERT_TRUE(picture.density);
  EXPECT_DOUBLE_EQ(picture.density->horizontal, 300 * inches_per_metre);
  EXPECT_DOUBLE_EQ(picture.density->vertical, 600 * inches_per_metre);  // pixels are twice as wide as high
  const Photo photo = decode(corpus + "exr-p3.exr", {}, ignore_warnings);
  EXPECT_NE(photo.space, nullptr);
  EXPECT_EQ(decode(corpus + "exr-rgb-half.exr", {}, ignore_warnings).space, nullptr);
}

TEST(Exr, CutShortIsRefusedOrSalvaged) {
  std::size_t salvaged = 0;
  for (const std::string& name : tests::GoldenFile("exr").names()) {
    const std::string whole = tests::read_file(corpus + name);
    for (std::size_t length = 8; length < whole.size(); length += whole.size() / 16) {
      const std::string cut = whole.substr(0, length);
      const auto error = tests::error_of(cut, name);
      ASSERT_TRUE(error) << name << " " << length;
      if (error->kind() != ErrorKind::incomplete) continue;
      ++salvaged;
      const Photo photo = tests::salvaged(cut, name);
      ASSERT_TRUE(photo.salvage) << name;
      const int sound = photo.height() - photo.salvage->missing_rows;
      EXPECT_GT(sound, 0);
      const Photo all = decode(corpus + name, {}, ignore_warnings);
      const auto& part = std::get<Raster16>(photo.pixels);
      for (int y = 0; y < sound && !name.ends_with("chroma.exr"); ++y) {
        EXPECT_TRUE(std::ranges::equal(part.row(y), std::get<Raster16>(all.pixels).row(y))) << name << " " << y;
      }
    }
  }
  EXPECT_GT(salvaged, 10U);
}

}  // namespace
}  // namespace colourize::photo
