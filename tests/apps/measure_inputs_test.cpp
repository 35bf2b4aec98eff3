// `colourize measure --against` of several inputs: rows that can be compared.
#include <cmath>
#include <filesystem>
#include <sstream>

#include "tests/support/measuring.h"

namespace colourize::tests {
namespace {

using nlohmann::json;
using testing::HasSubstr;
using testing::Not;

class MeasureInputs : public Measuring {
 protected:
  void make(const std::vector<std::string>& folders) const {
    for (const std::string& name : folders) std::filesystem::create_directories(folder_ / name);
  }
  // The summaries alone.
  std::vector<json> summaries(const std::string& arguments, int code = 0) const {
    std::vector<json> found;
    for (const json& line : objects("measure --against originals " + arguments, code)) {
      if (line.contains("summary")) found.push_back(line.at("summary"));
    }
    return found;
  }
};

// Black and white are 100 apart, equal colours 0. Only b is in both folders: the row of each is that of b.
TEST_F(MeasureInputs, RowsAreOverThePicturesThatAllInputsHave) {
  make({"originals", "stable", "ddcolor"});
  for (const char* name : {"originals/a.png", "originals/b.png", "originals/c.png"}) write(name, 0, 0, 0);
  write("stable/a.png", 255, 255, 255);
  write("stable/b.png", 0, 0, 0);
  write("ddcolor/b.colour.png", 255, 255, 255);
  write("ddcolor/c.png", 0, 0, 0);
  const auto rows = summaries("stable ddcolor/");
  ASSERT_EQ(rows.size(), 2U);
  EXPECT_EQ(rows[0].at("name"), "stable");
  EXPECT_EQ(rows[0].at("results"), "stable");
  EXPECT_EQ(rows[0].at("ciede2000").at("mean"), 0);
  EXPECT_EQ(rows[0].at("luma_shift"), 0);
  EXPECT_EQ(rows[1].at("name"), "ddcolor");
  EXPECT_EQ(rows[1].at("results"), "ddcolor/");
  EXPECT_NEAR(rows[1].at("ciede2000").at("mean"), 100, 1e-9);
  EXPECT_NEAR(rows[1].at("luma_shift"), 255, 1e-9);
  for (const json& row : rows) {
    EXPECT_EQ(row.at("pictures"), 1);
    EXPECT_EQ(row.at("left_out"), 1);
    EXPECT_EQ(row.at("failed"), 0);
    EXPECT_EQ(row.at("originals_without_result"), 1);
    EXPECT_EQ(row.at("pictures_with_skin"), 0);
    EXPECT_TRUE(row.at("blue_in_skin").is_null());
  }

  const Outcome table = run("measure --against originals stable ddcolor/");
  EXPECT_EQ(table.code, 0);
  EXPECT_THAT(table.text, HasSubstr("stable: 1 left out, which another input lacks\n"));
  EXPECT_THAT(table.text, HasSubstr("ddcolor: 1 left out, which another input lacks\n"));
  EXPECT_THAT(table.text, HasSubstr("ddcolor: has no result for 1 in originals\n"));
  EXPECT_THAT(table.text, HasSubstr("blue skin: over the 0 of 1 originals that have skin\n"));
}

TEST_F(MeasureInputs, PicturesHaveRowsWhereTheyAreAskedFor) {
  make({"originals", "one", "two"});
  for (const char* folder : {"originals", "one", "two"}) write(std::string(folder) + "/a.png", 200, 100, 50);
  const Outcome table = run("measure --against originals one two");
  EXPECT_THAT(table.text, Not(HasSubstr("a.png")));
  EXPECT_THAT(table.text, Not(HasSubstr("mean of")));
  EXPECT_EQ(table.text.find("name "), 0U);
  const Outcome longer = run("measure --against originals one two --verbose");
  EXPECT_THAT(longer.text, HasSubstr("one/a.png "));
  EXPECT_THAT(longer.text, HasSubstr("two/a.png "));
  EXPECT_TRUE(longer.text.ends_with("\n\n" + table.text)) << longer.text;
  EXPECT_EQ(objects("measure --against originals one two", 0).size(), 4U);
  EXPECT_EQ(run("measure film.mkv --verbose").code, 2);
}

// A grey result cannot be matched: b is out of everybody's mean. A folder of grey alone takes nobody's away.
TEST_F(MeasureInputs, MatchedIsOverThePicturesThatAllCanMatch) {
  make({"originals", "half", "whole", "grey"});
  for (const char* name : {"a.png", "b.png"}) {
    write(std::string("originals/") + name, 140, 100, 100);
    write(std::string("grey/") + name, 111, 111, 111);
  }
  write("half/a.png", 140, 100, 100);
  write("half/b.png", 111, 111, 111);
  write("whole/a.png", 120, 100, 100);
  write("whole/b.png", 110, 100, 100);
  const auto rows = summaries("half whole grey");
  ASSERT_EQ(rows.size(), 3U);
  EXPECT_EQ(rows[0].at("pictures_matched"), 1);
  EXPECT_EQ(rows[0].at("factor_to_matched_colourfulness"), 1);
  EXPECT_EQ(rows[1].at("pictures_matched"), 1);
  // 40 between red and the others, where a has 20 and b has 10.
  EXPECT_NEAR(rows[1].at("factor_to_matched_colourfulness"), 2, 1e-3);
  EXPECT_EQ(rows[2].at("pictures_matched"), 0);
  EXPECT_TRUE(rows[2].at("factor_to_matched_colourfulness").is_null());
  const Outcome table = run("measure --against originals half whole grey");
  EXPECT_THAT(table.text, HasSubstr("whole: matched and factor over 1 of its pictures\n"));
  EXPECT_THAT(table.text, HasSubstr("grey: matched and factor over 0 of its pictures\n"));
}

// a can be matched, and is not compared, because the other input lacks it: that takes b's figure from nobody.
TEST_F(MeasureInputs, MatchedAsksNoPictureThatIsLeftOut) {
  make({"originals", "more", "less"});
  for (const char* name : {"originals/a.png", "originals/b.png", "more/a.png"}) write(name, 140, 100, 100);
  write("more/b.png", 111, 111, 111);
  write("less/b.png", 120, 100, 100);
  const auto rows = summaries("more less");
  ASSERT_EQ(rows.size(), 2U);
  EXPECT_EQ(rows[0].at("pictures_matched"), 0);
  EXPECT_EQ(rows[1].at("pictures_matched"), 1);
  EXPECT_NEAR(rows[1].at("factor_to_matched_colourfulness"), 2, 1e-3);
}

// Of one colour, M(3) is 0.3 sqrt(rg² + yb²). stable has rg = 50 and yb = 25, ddcolor -50 and 25, their mean 0 and 25.
TEST_F(MeasureInputs, AnEnsembleIsComparedWithItsMembers) {
  make({"originals", "stable", "ddcolor", "grey", "stable+ddcolor", "stable:1+grey:3"});
  write("originals/a.png", 200, 100, 50);
  write("stable/a.png", 150, 100, 100);
  write("ddcolor/a.png", 100, 150, 100);
  write("grey/a.png", 110, 110, 110);
  write("stable+ddcolor/a.png", 125, 125, 100);
  write("stable:1+grey:3/a.png", 122, 104, 104);
  const double member = 0.3 * std::hypot(50, 25);
  const auto rows = summaries("stable+ddcolor stable ddcolor/ grey stable:1+grey:3");
  ASSERT_EQ(rows.size(), 5U);
  const json& ensemble = rows[0].at("ensemble");
  EXPECT_EQ(ensemble.at("members"), json::parse(R"([{"name":"stable","share":0.5},{"name":"ddcolor","share":0.5}])"));
  EXPECT_NEAR(ensemble.at("colourfulness_m3_of_members"), member, 1e-9);
  EXPECT_NEAR(ensemble.at("colourfulness_change"), 0.3 * 25 / member - 1, 1e-9);
  for (const std::size_t other : {1U, 2U, 3U}) EXPECT_FALSE(rows[other].contains("ensemble"));
  EXPECT_NEAR(rows[4].at("ensemble").at("colourfulness_m3_of_members"), member / 4, 1e-9);
  EXPECT_NEAR(rows[4].at("ensemble").at("colourfulness_change"), 0.3 * std::hypot(18, 9) / (member / 4) - 1, 1e-9);

  const Outcome table = run("measure --against originals stable+ddcolor stable ddcolor/ grey stable:1+grey:3");
  EXPECT_THAT(table.text,
              HasSubstr("\nstable+ddcolor: 55.3 % less colourful than its members' weighted mean of 16.77\n"));
  EXPECT_THAT(table.text,
              HasSubstr("\nstable:1+grey:3: 44.0 % more colourful than its members' weighted mean of 4.19\n"));

  const auto without = summaries("stable+ddcolor stable");
  EXPECT_FALSE(without.at(0).contains("ensemble"));
}

TEST_F(MeasureInputs, AnEnsembleOfGreyMembersHasNoChange) {
  make({"originals", "a", "b", "a+b"});
  for (const char* name : {"originals/1.png", "a/1.png", "b/1.png", "a+b/1.png"}) write(name, 90, 90, 90);
  EXPECT_TRUE(summaries("a b a+b").at(2).at("ensemble").at("colourfulness_change").is_null());
  const Outcome table = run("measure --against originals a b a+b");
  EXPECT_EQ(table.code, 0);
  EXPECT_THAT(table.text, HasSubstr("a+b: its members are grey, there is nothing to compare it with\n"));
}

TEST_F(MeasureInputs, RowsFitIntoAHundredColumns) {
  const std::string longest_in_place(29, 'n');
  const std::string first_above(30, 'm');
  const std::string longer = "ddcolor-artistic:0.4+stable:0.25+lite:0.35";
  make({"originals", longest_in_place, longer, "two words", first_above});
  write("originals/a.png", 0, 0, 0);
  write(longest_in_place + "/a.png", 255, 255, 255);
  write(longer + "/a.png", 255, 0, 255);
  write("two words/a.png", 0, 0, 0);
  write(first_above + "/a.png", 0, 0, 0);
  const Outcome table =
      run("measure --against originals " + longest_in_place + " " + longer + " 'two words' " + first_above);
  EXPECT_EQ(table.code, 0);
  std::istringstream text(table.text);
  std::size_t widest = 0;
  std::vector<std::string> lines;
  for (std::string line; std::getline(text, line);) {
    EXPECT_LE(line.size(), 100U) << line;
    widest = std::max(widest, line.size());
    lines.push_back(line);
  }
  EXPECT_EQ(widest, 100U);
  ASSERT_GE(lines.size(), 7U);
  EXPECT_TRUE(lines[1].starts_with(longest_in_place));
  EXPECT_EQ(lines[2], longer);
  EXPECT_TRUE(lines[3].starts_with("       "));
  EXPECT_EQ(lines[3].size(), lines[1].size());
  EXPECT_EQ(lines[5], first_above);
}

TEST_F(MeasureInputs, FoldersOfOneNameAreCalledByTheirPaths) {
  make({"originals", "old/stable", "new/stable", "other"});
  for (const char* name : {"originals", "old/stable", "new/stable", "other"}) {
    write(std::string(name) + "/a.png", 9, 9, 9);
  }
  const auto rows = summaries("old/stable new/stable/ ./other/.");
  ASSERT_EQ(rows.size(), 3U);
  EXPECT_EQ(rows[0].at("name"), "old/stable");
  EXPECT_EQ(rows[1].at("name"), "new/stable/");
  EXPECT_EQ(rows[2].at("name"), "other");
}

TEST_F(MeasureInputs, FilesAreComparedToo) {
  write("original.png", 0, 0, 0);
  write("a.png", 0, 0, 0);
  write("b.png", 255, 255, 255);
  const auto lines = objects("measure --against original.png a.png b.png", 0);
  ASSERT_EQ(lines.size(), 4U);
  EXPECT_EQ(lines[2].at("summary").at("ciede2000").at("mean"), 0);
  EXPECT_NEAR(lines[3].at("summary").at("ciede2000").at("mean"), 100, 1e-9);
}

TEST_F(MeasureInputs, WhatCannotBeComparedFailsAndTheOthersAreCompared) {
  make({"originals", "good", "twice", "empty", "wide"});
  write("originals/a.png", 0, 0, 0);
  write("good/a.png", 0, 0, 0);
  write("good/lonely.png", 0, 0, 0);
  write("twice/a.colour.png", 0, 0, 0);
  write("twice/a.png", 255, 255, 255);
  write("wide/a.png", 0, 0, 0, 7);
  const Outcome outcome = run("measure --against originals good twice empty wide missing");
  EXPECT_EQ(outcome.code, 1);
  EXPECT_THAT(outcome.text, HasSubstr("twice/a.png: is a second result of originals/a.png, and left out"));
  EXPECT_THAT(outcome.text, HasSubstr("empty: holds no pictures"));
  EXPECT_THAT(outcome.text, HasSubstr("wide: has no picture that could be measured, and is not compared"));
  EXPECT_THAT(outcome.text, HasSubstr("missing: is a file, but originals is a folder"));
  const auto rows = summaries("good twice empty wide missing", 1);
  ASSERT_EQ(rows.size(), 2U);
  EXPECT_EQ(rows[0].at("name"), "good");
  EXPECT_EQ(rows[0].at("pictures"), 1);
  EXPECT_EQ(rows[0].at("failed"), 1);
  EXPECT_EQ(rows[1].at("ciede2000").at("mean"), 0);
  EXPECT_EQ(rows[1].at("failed"), 1);
}

TEST_F(MeasureInputs, FoldersWithNothingInCommonAreRefused) {
  make({"originals", "one", "two"});
  for (const char* name : {"originals/a.png", "originals/b.png", "one/a.png", "two/b.png"}) write(name, 1, 2, 3);
  expect_refusal("measure --against originals one two",
                 "originals: holds no original that has a result in every input; give folders that have pictures");
}

}  // namespace
}  // namespace colourize::tests
