// What lies at a result's place counts as done only where it is the result that is asked for.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

#include "tests/support/golden.h"
#include "tests/support/json_lines.h"
#include "tests/support/program.h"

namespace colourize {
namespace {

namespace fs = std::filesystem;
using testing::HasSubstr;
using tests::Outcome;

class EarlierResults : public tests::Program {
 protected:
  void SetUp() override { copy(tests::folder + "golden/astronaut-181x133.png", "photo.png"); }

  // The result stays, is named with these words, and does not count as done.
  void expect_left(const std::string& options, const std::string& words) const {
    const fs::path result = folder_ / "photo.colour.png";
    const std::string before = tests::read_file(result);
    const Outcome outcome = run("photo.png" + options);
    EXPECT_EQ(outcome.code, 1) << options;
    EXPECT_THAT(outcome.text, HasSubstr("photo.png: is not coloured, because photo.colour.png is there")) << options;
    EXPECT_THAT(outcome.text, HasSubstr(words)) << options;
    EXPECT_THAT(outcome.text, HasSubstr("--overwrite")) << options;
    EXPECT_THAT(outcome.text, testing::Not(HasSubstr("done before"))) << options;
    EXPECT_EQ(tests::read_file(result), before);
    const auto objects = tests::json_lines(run("photo.png --json 2>/dev/null" + options).text);
    ASSERT_EQ(objects.size(), 2U);
    EXPECT_EQ(objects[0]["status"], "different");
    EXPECT_THAT(objects[0]["differs"].dump(), HasSubstr(words));
    EXPECT_EQ(objects[1]["summary"]["different"], 1);
    EXPECT_EQ(objects[1]["summary"]["skipped"], 0);
  }
  void expect_done(const std::string& options) const {
    const Outcome outcome = run("photo.png" + options);
    EXPECT_EQ(outcome.code, 0) << outcome.text;
    EXPECT_THAT(outcome.text, HasSubstr("done before")) << options;
  }
};

TEST_F(EarlierResults, OfOtherOptionsAreNamed) {
  ASSERT_EQ(run("photo.png").code, 0);
  for (const char* alike : {"", " --render-factor 16", " --threads 1", " --tiff-compression lzw", " --salvage"}) {
    expect_done(alike);
  }
  expect_left(" --render-factor 10", "its render factor was 16, not 10");
  expect_left(" --side-by-side", "its options were none, not side by side");
  expect_left(" --exact", "its options were none, not exact");
  expect_left(" --precision fp32", "its options were none, not precision fp32");
  expect_left(" --no-provenance", "it states how it was made");
  expect_left(" --record", "it has no record beside it");
  EXPECT_EQ(run("photo.png --side-by-side --overwrite").code, 0);
  expect_done(" --side-by-side");
}

TEST_F(EarlierResults, OfAnotherSourceAreNamed) {
  ASSERT_EQ(run("photo.png").code, 0);
  const auto made = fs::last_write_time(folder_ / "photo.colour.png");
  fs::last_write_time(folder_ / "photo.png", made + std::chrono::seconds(2));
  expect_left("", "its source is newer than it");
  // As a copy of another file with its time comes: older, and of another size.
  fs::remove(folder_ / "photo.png");
  copy(tests::folder + "../docs/cat.png", "photo.png");
  fs::last_write_time(folder_ / "photo.png", made - std::chrono::hours(1));
  expect_left("", "its source had");
}

TEST_F(EarlierResults, ThatSayNothingAreNamed) {
  fs::copy_file(folder_ / "photo.png", folder_ / "photo.colour.png");
  expect_left("", "it does not state how it was made");
  fs::remove(folder_ / "photo.colour.png");
  ASSERT_EQ(run("photo.png --no-provenance").code, 0);
  expect_done(" --no-provenance");
  expect_left("", "it does not state how it was made");
}

// The record speaks for it.
TEST_F(EarlierResults, ThatSayNothingAreKnownByTheirRecords) {
  ASSERT_EQ(run("photo.png --no-provenance --record").code, 0);
  expect_done("");
  expect_left(" --render-factor 10", "its render factor was 16, not 10");
  expect_left(" --render-factor 10 --no-provenance", "its render factor was 16, not 10");
  // Not for another file.
  tests::write_file(folder_ / "photo.colour.png", tests::read_file(folder_ / "photo.png"));
  expect_left("", "it does not state how it was made");
}

TEST_F(EarlierResults, ThatAreNoPicturesAreNamed) {
  tests::write_file(folder_ / "photo.colour.png", "");
  expect_left("", "it does not state how it was made");
  tests::write_file(folder_ / "photo.colour.png", "colourize:Program=\"colourize 0.1.0\"");
  expect_left("", "it does not state how it was made");
}

TEST_F(EarlierResults, CountApart) {
  copy(tests::folder + "../docs/cat.png", "cat.png");
  ASSERT_EQ(run("photo.png").code, 0);
  EXPECT_THAT(run("photo.png cat.png --render-factor 10").text,
              HasSubstr("1 coloured, 0 done before, 1 made otherwise, 0 failed"));
}

TEST_F(EarlierResults, ThatAreLinksAreRefused) {
  const std::string source = tests::read_file(folder_ / "photo.png");
  copy(tests::folder + "../docs/cat.png", "other.png");
  const std::string other = tests::read_file(folder_ / "other.png");
  for (const char* leads_to : {"photo.png", "other.png", "nowhere.png", "/dev/null"}) {
    fs::create_symlink(leads_to, folder_ / "photo.colour.png");
    for (const char* options : {"", " --overwrite"}) {
      const Outcome outcome = run(std::string("photo.png") + options);
      EXPECT_EQ(outcome.code, 1);
      EXPECT_EQ(outcome.text.find("done before"), std::string::npos);
      EXPECT_TRUE(fs::is_symlink(folder_ / "photo.colour.png"));
      EXPECT_EQ(tests::read_file(folder_ / "photo.png"), source);
      EXPECT_EQ(tests::read_file(folder_ / "other.png"), other);
      EXPECT_FALSE(fs::exists(folder_ / "nowhere.png"));
    }
    fs::remove(folder_ / "photo.colour.png");
  }
  // Of a record the same.
  fs::create_symlink("other.png", folder_ / "photo.colour.png.json");
  EXPECT_THAT(run("photo.png --record").text, HasSubstr("photo.colour.png.json: is a symbolic link"));
  EXPECT_EQ(tests::read_file(folder_ / "other.png"), other);
  EXPECT_FALSE(fs::exists(folder_ / "photo.colour.png")) << "before the work";
}

// A folder below the output that leads out of it.
TEST_F(EarlierResults, AreNotWrittenThroughLinkedFolders) {
  fs::create_directories(folder_ / "in/sub");
  fs::create_directories(folder_ / "out");
  fs::create_directories(folder_ / "elsewhere");
  fs::rename(folder_ / "photo.png", folder_ / "in/sub/photo.png");
  fs::create_directory_symlink("../elsewhere", folder_ / "out/sub");
  const Outcome outcome = run("in -o out");
  EXPECT_EQ(outcome.code, 1);
  EXPECT_THAT(outcome.text, HasSubstr("leads out of"));
  EXPECT_TRUE(fs::is_empty(folder_ / "elsewhere"));
  // The output itself may be a link: it was named.
  fs::create_directory_symlink("elsewhere", folder_ / "linked");
  EXPECT_EQ(run("in -o linked").code, 0);
}

}  // namespace
}  // namespace colourize
