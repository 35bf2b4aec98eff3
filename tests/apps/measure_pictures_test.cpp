// `colourize measure --against` as a person, or a program, reads it; the figures themselves are tested in
// engine/photo/figures.
#include <filesystem>

#include <nlohmann/json.hpp>

#include "tests/support/measuring.h"

namespace colourize::tests {
namespace {

using nlohmann::json;
using testing::HasSubstr;

class MeasurePictures : public Measuring {
 protected:
  MeasurePictures() {
    for (const char* name : {"originals/sub", "results/sub"}) std::filesystem::create_directories(folder_ / name);
  }
};

TEST_F(MeasurePictures, TwoFilesAreAPairWhateverTheirNames) {
  write("a.png", 200, 100, 50);
  write("b.png", 120, 120, 120);
  const auto lines = objects("measure --against a.png b.png", 0);
  ASSERT_EQ(lines.size(), 1U);
  EXPECT_EQ(lines[0].at("source"), "b.png");
  EXPECT_EQ(lines[0].at("original"), "a.png");
  EXPECT_GT(lines[0].at("ciede2000").at("mean"), 10);
  EXPECT_EQ(lines[0].at("colourfulness_m3"), 0);
  EXPECT_TRUE(lines[0].at("ciede2000_at_matched_colourfulness").is_null());
}

// The means of two equal pairs and one that is 100 apart: black and white.
TEST_F(MeasurePictures, FoldersArePairedByTheirNames) {
  write("originals/a.png", 10, 20, 30);
  write("originals/b.jpg", 90, 90, 90);
  write("originals/sub/c.png", 0, 0, 0);
  write("results/a.colour.png", 10, 20, 30);
  write("results/b.jpg.colour.png", 90, 90, 90);
  write("results/sub/c.png", 255, 255, 255);
  const auto lines = objects("measure --against originals results", 0);
  ASSERT_EQ(lines.size(), 4U);
  EXPECT_EQ(lines[0].at("original"), "originals/a.png");
  EXPECT_EQ(lines[0].at("ciede2000").at("mean"), 0);
  EXPECT_EQ(lines[1].at("original"), "originals/b.jpg");
  EXPECT_EQ(lines[2].at("original"), "originals/sub/c.png");
  const json& summary = lines[3].at("summary");
  EXPECT_EQ(summary.at("pictures"), 3);
  EXPECT_EQ(summary.at("failed"), 0);
  EXPECT_NEAR(summary.at("ciede2000").at("mean"), (0 + lines[1].at("ciede2000").at("mean").get<double>() + 100) / 3,
              1e-6);
  EXPECT_NEAR(summary.at("largest_luma_shift"), 255, 1e-9);

  const Outcome table = run("measure --against originals/ results/");
  EXPECT_EQ(table.code, 0);
  EXPECT_THAT(table.text, HasSubstr("CIEDE2000"));
  EXPECT_THAT(table.text, HasSubstr("mean of 3"));
}

// Skin became blue in one picture and stayed in another; the third original has none. What a skin and a blue are is
// tested in engine/photo/figures.
TEST_F(MeasurePictures, BlueInSkinIsAColumn) {
  write("originals/a.png", 199, 149, 120);
  write("originals/b.png", 199, 149, 120);
  write("originals/c.png", 120, 120, 120);
  write("results/a.png", 70, 90, 160);
  write("results/b.png", 199, 149, 120);
  write("results/c.png", 70, 90, 160);
  const auto lines = objects("measure --against originals results", 0);
  ASSERT_EQ(lines.size(), 4U);
  EXPECT_EQ(lines[0].at("blue_in_skin"), 1);
  EXPECT_EQ(lines[1].at("blue_in_skin"), 0);
  EXPECT_TRUE(lines[2].at("blue_in_skin").is_null());
  EXPECT_EQ(lines[3].at("summary").at("blue_in_skin"), 0.5);
  EXPECT_EQ(lines[3].at("summary").at("pictures_with_skin"), 2);

  const Outcome table = run("measure --against originals results");
  EXPECT_THAT(table.text, HasSubstr("  blue skin\n"));
  EXPECT_THAT(table.text, HasSubstr("   100.00 %\n"));
  EXPECT_THAT(table.text, HasSubstr("          -\n"));
  EXPECT_THAT(table.text, HasSubstr("    50.00 %\n"));
}

TEST_F(MeasurePictures, TheSameNameGoesBeforeTheSameStem) {
  write("originals/a.png", 10, 20, 30);
  write("originals/a.jpg", 90, 90, 90);
  write("results/a.png", 10, 20, 30);
  const auto lines = objects("measure --against originals results", 0);
  EXPECT_EQ(lines[0].at("original"), "originals/a.png");
  EXPECT_EQ(lines.back().at("summary").at("originals_without_result"), 1);
}

TEST_F(MeasurePictures, TwoResultsOfOneOriginalAreBothMeasured) {
  write("originals/a.png", 0, 0, 0);
  write("results/a.png", 0, 0, 0);
  write("results/a.colour.png", 255, 255, 255);
  const auto lines = objects("measure --against originals results", 0);
  ASSERT_EQ(lines.size(), 3U);
  EXPECT_EQ(lines[2].at("summary").at("pictures"), 2);
  EXPECT_NEAR(lines[2].at("summary").at("ciede2000").at("mean"), 50, 1e-9);
}

TEST_F(MeasurePictures, WhatHasNoPartnerOrTwoFailsAndTheOthersAreMeasured) {
  write("originals/a.png", 10, 20, 30);
  write("originals/a.jpg", 10, 20, 30);
  write("originals/good.png", 10, 20, 30);
  write("originals/wide.png", 10, 20, 30, 7);
  write("results/a.colour.png", 10, 20, 30);
  write("results/good.colour.png", 10, 20, 30);
  write("results/lonely.png", 10, 20, 30);
  write("results/wide.png", 10, 20, 30);
  write_file(folder_ / "results/.hidden.png", "no picture");
  const Outcome outcome = run("measure --against originals results");
  EXPECT_EQ(outcome.code, 1);
  EXPECT_THAT(outcome.text, HasSubstr("a.colour.png: could belong to originals/a.jpg or to originals/a.png"));
  EXPECT_THAT(outcome.text, HasSubstr("lonely.png: has no original of its name in originals"));
  EXPECT_THAT(outcome.text, HasSubstr("wide.png: is 6 x 4 pixels, its original 7 x 4"));
  EXPECT_THAT(outcome.text, HasSubstr("mean of 1"));
  EXPECT_THAT(outcome.text, HasSubstr("2 of the originals have no result in results"));
}

TEST_F(MeasurePictures, RefusesWhatCannotBeCompared) {
  write("a.png", 10, 20, 30);
  write("b.png", 10, 20, 30);
  expect_refusal("measure a.png", "a.png: is a picture, which is measured against its original");
  expect_refusal("measure --against a.png originals", "originals: is a folder, but a.png is a file");
  expect_refusal("measure --against originals results", "originals: holds no pictures");
  expect_refusal("measure --against missing.png a.png", "missing.png: cannot be opened");
  EXPECT_EQ(run("measure --against a.png b.png --from 3").code, 2);
  EXPECT_EQ(run("measure film.mkv --max-megapixels 3").code, 2);
  EXPECT_EQ(run("measure --against").code, 2);
}

}  // namespace
}  // namespace colourize::tests
