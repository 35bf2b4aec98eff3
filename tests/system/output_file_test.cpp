#include "system/output_file.h"

#include <gtest/gtest.h>
#include <sys/stat.h>

#include "system/error.h"
#include "system/mapped_file.h"
#include "tests/support/files.h"

namespace colourize {
namespace {

using tests::bytes_of;
using tests::names_in;
using tests::read_file;
using tests::write_file;

TEST(OutputFile, AppearsWholeAtCommit) {
  const tests::TemporaryFolder folder;
  OutputFile file(folder / "result");
  file.write(bytes_of("one "));
  file.write(bytes_of("two"));
  EXPECT_FALSE(std::filesystem::exists(folder / "result"));
  file.commit();
  EXPECT_EQ(read_file(folder / "result"), "one two");
}

TEST(OutputFile, LeavesNothingWhenGivenUp) {
  const tests::TemporaryFolder folder;
  write_file(folder / "result", "before");
  {
    OutputFile file(folder / "result");
    file.write(bytes_of("half"));
  }
  EXPECT_EQ(read_file(folder / "result"), "before");
  EXPECT_EQ(names_in(folder.path()), std::vector<std::string>{"result"});
}

TEST(OutputFile, ReplacesInOneStep) {
  const tests::TemporaryFolder folder;
  write_file(folder / "result", "before");
  OutputFile file(folder / "result");
  file.write(bytes_of("after"));
  EXPECT_EQ(read_file(folder / "result"), "before");
  file.commit();
  EXPECT_EQ(read_file(folder / "result"), "after");
  EXPECT_EQ(names_in(folder.path()), std::vector<std::string>{"result"});
}

// Where a file system has no unnamed files.
TEST(OutputFile, HidesAndRemovesANamedFile) {
  const tests::TemporaryFolder folder;
  write_file(folder / "result", "before");
  {
    OutputFile file(folder / "result", OutputFile::Hiding::named);
    file.write(bytes_of("half"));
    const auto names = names_in(folder.path());
    ASSERT_EQ(names.size(), 2U);
    EXPECT_TRUE(names[0].starts_with(".result.")) << names[0];
  }
  EXPECT_EQ(names_in(folder.path()), std::vector<std::string>{"result"});
  OutputFile whole(folder / "result", OutputFile::Hiding::named);
  whole.write(bytes_of("after"));
  EXPECT_EQ(read_file(folder / "result"), "before");
  whole.commit();
  EXPECT_EQ(read_file(folder / "result"), "after");
  EXPECT_EQ(names_in(folder.path()), std::vector<std::string>{"result"});
}

// What a signal handler does.
TEST(OutputFile, RemovesPendingFilesAtOnce) {
  const tests::TemporaryFolder folder;
  OutputFile pending(folder / "pending", OutputFile::Hiding::named);
  OutputFile done(folder / "done", OutputFile::Hiding::named);
  done.commit();
  remove_pending_outputs();
  EXPECT_EQ(names_in(folder.path()), std::vector<std::string>{"done"});
}

TEST(OutputFile, TakesTheLongestName) {
  const tests::TemporaryFolder folder;
  const std::string name(255, 'n');
  for (const char* content : {"first", "second"}) {
    OutputFile file(folder / name);
    file.write(bytes_of(content));
    file.commit();
    EXPECT_EQ(read_file(folder / name), content);
  }
}

TEST(OutputFile, NamesAMissingFolder) {
  const tests::TemporaryFolder folder;
  try {
    OutputFile file(folder / "missing/result");
    FAIL() << "no error";
  } catch (const Error& error) {
    EXPECT_NE(std::string(error.what()).find("does not exist"), std::string::npos) << error.what();
  }
}

TEST(MappedFile, SaysWhatIsWrong) {
  const tests::TemporaryFolder folder;
  write_file(folder / "empty", "");
  ASSERT_EQ(::mkfifo((folder / "pipe").c_str(), 0600), 0);
  EXPECT_THROW(MappedFile(folder / "missing"), Error);
  EXPECT_THROW(MappedFile(folder / "empty"), Error);
  EXPECT_THROW(MappedFile(folder / "pipe"), Error);
  EXPECT_THROW(MappedFile(folder.path()), Error);
}

}  // namespace
}  // namespace colourize
