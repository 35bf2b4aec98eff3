// Errors: their words, and the kinds that callers act on.
#include "system/error.h"

#include <gtest/gtest.h>

#include <cerrno>
#include <filesystem>
#include <set>

#include "system/mapped_file.h"
#include "tests/support/files.h"

namespace colourize {
namespace {

TEST(Error, IsASentenceAndAKind) {
  const Error problem(ErrorKind::too_large, "a.png", "has too many pixels", "raise the limit");
  EXPECT_STREQ(problem.what(), "a.png: has too many pixels; raise the limit");
  EXPECT_EQ(problem.kind(), ErrorKind::too_large);
  EXPECT_STREQ(Error(ErrorKind::failed, "a", "b").what(), "a: b");
  EXPECT_EQ(OutOfMemory("device", "is full").kind(), ErrorKind::no_memory);
}

TEST(Error, KindsHaveNamesOfTheirOwn) {
  std::set<std::string_view> names;
  for (int kind = 0; kind <= static_cast<int>(ErrorKind::failed); ++kind) {
    names.insert(name_of(static_cast<ErrorKind>(kind)));
  }
  EXPECT_EQ(names.size(), static_cast<std::size_t>(ErrorKind::failed) + 1);
  EXPECT_EQ(name_of(ErrorKind::no_disk), "no_disk");
}

TEST(Error, ErrnoValuesHaveKinds) {
  EXPECT_EQ(kind_of_errno(ENOENT), ErrorKind::not_found);
  EXPECT_EQ(kind_of_errno(EACCES), ErrorKind::refused);
  EXPECT_EQ(kind_of_errno(ENOSPC), ErrorKind::no_disk);
  EXPECT_EQ(kind_of_errno(ENOMEM), ErrorKind::no_memory);
  EXPECT_EQ(kind_of_errno(EIO), ErrorKind::failed);
  std::error_code problem;
  std::filesystem::rename("/there/is/none", "/there/is/no-other", problem);
  EXPECT_EQ(kind_of_errno(problem), ErrorKind::not_found);
}

TEST(Error, FilesGiveTheirs) {
  const tests::TemporaryFolder folder;
  tests::write_file(folder / "empty", "");
  const auto kind_of_opening = [&](const std::string& name) {
    try {
      const MappedFile file(folder / name);
    } catch (const Error& problem) {
      return problem.kind();
    }
    return ErrorKind::interrupted;
  };
  EXPECT_EQ(kind_of_opening("missing"), ErrorKind::not_found);
  EXPECT_EQ(kind_of_opening("empty"), ErrorKind::damaged);
  EXPECT_EQ(kind_of_opening(""), ErrorKind::invalid);
}

}  // namespace
}  // namespace colourize
