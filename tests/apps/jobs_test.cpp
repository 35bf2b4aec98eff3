#include "apps/colourize/jobs.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/support/files.h"

namespace colourize::apps {
namespace {

namespace fs = std::filesystem;
using testing::ElementsAre;
using testing::Pair;

class Jobs : public testing::Test {
 protected:
  void touch(const std::string& name) const {
    fs::create_directories((folder_ / name).parent_path());
    tests::write_file(folder_ / name, "x");
  }

  // Source and target names below the folder.
  std::vector<std::pair<std::string, std::string>> jobs(const std::vector<std::string>& inputs,
                                                        const std::optional<std::string>& output = {}) {
    std::vector<fs::path> paths;
    for (const std::string& input : inputs) paths.push_back(folder_ / input);
    std::optional<fs::path> target;
    if (output) target = folder_ / *output;
    JobList list = list_jobs(paths, target);
    failures_ = list.failures.size();
    left_out_ = list.left_out;
    std::vector<std::pair<std::string, std::string>> result;
    for (const Job& job : list.jobs) {
      result.emplace_back(job.source.lexically_relative(folder_.path()), job.target.lexically_relative(folder_.path()));
    }
    return result;
  }

  tests::TemporaryFolder folder_;
  std::size_t failures_ = 0;
  std::map<std::string, std::size_t> left_out_;
};

TEST_F(Jobs, NamesResultsBesideTheirSources) {
  EXPECT_THAT(jobs({"a.jpg", "b.JPEG", "c.png", "d.bmp"}),
              ElementsAre(Pair("a.jpg", "a.colour.jpg"), Pair("b.JPEG", "b.colour.JPEG"), Pair("c.png", "c.colour.png"),
                          Pair("d.bmp", "d.bmp.colour.png")));
}

TEST_F(Jobs, NamesFilmsAfterTheContainerThatIsWritten) {
  EXPECT_THAT(jobs({"a.mkv", "b.MP4", "c.webm", "d.ts"}),
              ElementsAre(Pair("a.mkv", "a.colour.mkv"), Pair("b.MP4", "b.colour.MP4"),
                          Pair("c.webm", "c.webm.colour.mkv"), Pair("d.ts", "d.ts.colour.mkv")));
  EXPECT_THAT(jobs({"a.mkv"}, "a.png"), ElementsAre());
  EXPECT_EQ(failures_, 1U);
  EXPECT_THAT(jobs({"a.jpg"}, "a.mkv"), ElementsAre());
  EXPECT_EQ(failures_, 1U);
}

TEST_F(Jobs, SearchesFoldersAndPassesOverWhatIsNoSource) {
  for (const char* name : {"in/b.png", "in/a.jpg", "in/sub/c.psd", "in/notes.txt", "in/._a.jpg", "in/a.colour.jpg",
                           "in/z.avi", "in/z.colour.avi", "in/z.colour.avi.journal/a.mkv"})
    touch(name);
  fs::create_directory_symlink(folder_ / "in", folder_ / "in/loop");
  EXPECT_THAT(jobs({"in"}),
              ElementsAre(Pair("in/a.jpg", "in/a.colour.jpg"), Pair("in/b.png", "in/b.colour.png"),
                          Pair("in/sub/c.psd", "in/sub/c.psd.colour.png"), Pair("in/z.avi", "in/z.colour.avi")));
  EXPECT_EQ(failures_, 0U);
}

// By their names; what is no picture, what is hidden and what other programs keep do not count.
TEST_F(Jobs, CountsThePicturesOfFoldersThatCannotBeRead) {
  for (const char* name : {"in/a.jpg", "in/b.gif", "in/c.GIF", "in/sub/d.pcx", "in/sub/e.NEF", "in/f.cr2", "in/g.xmp",
                           "in/Thumbs.db", "in/.h.gif", "in/@eaDir/a.jpg/SYNOPHOTO_THUMB_M.jpg", "in/@eaDir/i.gif",
                           "in/__MACOSX/j.jpg", "in/$RECYCLE.BIN/k.gif", "in/lost+found/l.gif"}) {
    touch(name);
  }
  EXPECT_THAT(jobs({"in"}), ElementsAre(Pair("in/a.jpg", "in/a.colour.jpg")));
  EXPECT_THAT(left_out_, ElementsAre(Pair("GIF", 2U), Pair("PCX", 1U), Pair("RAW", 2U)));
  EXPECT_EQ(sentence_of(left_out_), "5 pictures were left out: 2 GIF, 1 PCX and 2 RAW, which cannot be read");
  EXPECT_EQ(sentence_of({{"GIF", 1}}), "1 picture was left out: 1 GIF, which cannot be read");
  EXPECT_EQ(sentence_of({}), "");
  // A file that is named is tried, and its failure says what it is.
  EXPECT_THAT(jobs({"in/b.gif"}), ElementsAre(Pair("in/b.gif", "in/b.gif.colour.png")));
  EXPECT_TRUE(left_out_.empty());
}

TEST_F(Jobs, MirrorsAFolderBelowTheOutput) {
  touch("in/a.jpg");
  touch("in/sub/c.tga");
  EXPECT_THAT(jobs({"in"}, "out"),
              ElementsAre(Pair("in/a.jpg", "out/a.jpg"), Pair("in/sub/c.tga", "out/sub/c.tga.png")));
}

TEST_F(Jobs, DoesNotSearchTheOutput) {
  touch("in/a.jpg");
  touch("in/colour/a.jpg");
  EXPECT_THAT(jobs({"in"}, "in/colour"), ElementsAre(Pair("in/a.jpg", "in/colour/a.jpg")));
}

TEST_F(Jobs, TakesAFileNameOrAFolderForOneFile) {
  touch("a.jpg");
  fs::create_directory(folder_ / "out");
  EXPECT_THAT(jobs({"a.jpg"}, "b.png"), ElementsAre(Pair("a.jpg", "b.png")));
  EXPECT_THAT(jobs({"a.jpg"}, "out"), ElementsAre(Pair("a.jpg", "out/a.jpg")));
  EXPECT_THAT(jobs({"a.jpg"}, "new/"), ElementsAre(Pair("a.jpg", "new/a.jpg")));
}

TEST_F(Jobs, NeverWritesOverASource) {
  touch("a.jpg");
  touch("b.jpg");
  EXPECT_TRUE(jobs({"a.jpg"}, "a.jpg").empty());
  EXPECT_EQ(failures_, 1U);
  // Through another name, and over another input.
  fs::create_symlink(folder_ / "a.jpg", folder_ / "link.jpg");
  EXPECT_TRUE(jobs({"a.jpg"}, "link.jpg").empty());
  EXPECT_TRUE(jobs({"a.jpg", "b.jpg"}, ".").empty());
  EXPECT_EQ(failures_, 2U);
}

TEST_F(Jobs, NeverWritesTwoResultsToOnePlace) {
  touch("one/a.jpg");
  touch("two/a.jpg");
  EXPECT_THAT(jobs({"one/a.jpg", "two/a.jpg"}, "out"), ElementsAre(Pair("one/a.jpg", "out/a.jpg")));
  EXPECT_EQ(failures_, 1U);
}

// colourize *.jpg, the second time.
TEST_F(Jobs, PassesOverEarlierResultsAndRepetitionsAmongSeveralFiles) {
  touch("a.jpg");
  touch("a.colour.jpg");
  EXPECT_THAT(jobs({"a.colour.jpg", "a.jpg", "a.jpg", "."}), ElementsAre(Pair("a.jpg", "a.colour.jpg")));
  EXPECT_EQ(failures_, 0U);
  EXPECT_THAT(jobs({"a.colour.jpg"}), ElementsAre(Pair("a.colour.jpg", "a.colour.colour.jpg")))
      << "named on its own, it is meant";
}

TEST_F(Jobs, RefusesAFileAsTheOutputOfSeveral) {
  touch("a.jpg");
  touch("b.jpg");
  touch("file");
  EXPECT_THROW(jobs({"a.jpg", "b.jpg"}, "file"), Error);
}

TEST_F(Jobs, MakesTheTargetsFolderButNotTheOutputsParent) {
  const std::optional<fs::path> output = folder_ / "out";
  make_target_folder({JobKind::picture, "a", folder_ / "out/sub/a.jpg"}, output);
  EXPECT_TRUE(fs::is_directory(folder_ / "out/sub"));
  const std::optional<fs::path> missing = folder_ / "missing/out";
  EXPECT_THROW(make_target_folder({JobKind::picture, "a", folder_ / "missing/out/a.jpg"}, missing), Error);
}

}  // namespace
}  // namespace colourize::apps
