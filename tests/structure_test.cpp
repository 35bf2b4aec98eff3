// The layout's rule: includes point one way.
#include <gtest/gtest.h>

#include <fstream>
#include <map>
#include <regex>
#include <set>

#include "tests/support/golden.h"

namespace colourize {
namespace {

namespace fs = std::filesystem;

// What the files of a folder may include, besides their own folder.
const std::map<std::string, std::set<std::string>> allowed{
    {"system", {}},
    {"kernels", {"system"}},
    {"weights", {"system"}},
    {"converter", {"system", "weights"}},
    {"download", {"system"}},
    {"engine", {"system", "weights", "kernels"}},
    {"apps", {"system", "weights", "converter", "download", "engine", "kernels"}},
};

TEST(Structure, IncludesPointOneWay) {
  const std::regex include(R"re(^\s*#\s*include\s+"([^"/]+)/)re");
  std::size_t includes = 0;
  for (const auto& [folder, others] : allowed) {
    for (const auto& entry : fs::recursive_directory_iterator(fs::path(tests::folder) / ".." / folder)) {
      const std::string ending = entry.path().extension().string();
      if (ending != ".h" && ending != ".cpp" && ending != ".cu" && ending != ".cuh") continue;
      std::ifstream file(entry.path());
      std::smatch match;
      for (std::string line; std::getline(file, line);) {
        if (!std::regex_search(line, match, include)) continue;
        ++includes;
        EXPECT_TRUE(match[1] == folder || others.contains(match[1])) << entry.path() << " includes " << match[1];
      }
    }
  }
  EXPECT_GT(includes, 100U) << "the files were not found";
}

// The same for the folders of engine/film: the whole is above them, so none includes a file that lies beside it.
const std::map<std::string, std::set<std::string>> allowed_in_film{
    {"video", {}},
    {"stabiliser", {}},
    {"figures", {"video", "stabiliser"}},
    {"output", {"video", "stabiliser"}},
};

TEST(Structure, IncludesOfFilmsPointOneWay) {
  const std::regex include(R"re(^\s*#\s*include\s+"engine/film/([^"/]+)[/"])re");
  std::size_t includes = 0;
  for (const auto& [folder, others] : allowed_in_film) {
    for (const auto& entry : fs::recursive_directory_iterator(fs::path(tests::folder) / "../engine/film" / folder)) {
      std::ifstream file(entry.path());
      std::smatch match;
      for (std::string line; std::getline(file, line);) {
        if (!std::regex_search(line, match, include)) continue;
        ++includes;
        EXPECT_TRUE(match[1] == folder || others.contains(match[1])) << entry.path() << " includes " << match[1];
      }
    }
  }
  EXPECT_GT(includes, 30U) << "the files were not found";
}

TEST(Structure, FilesStaySmall) {
  for (const auto& [folder, others] : allowed) {
    for (const auto& entry : fs::recursive_directory_iterator(fs::path(tests::folder) / ".." / folder)) {
      const std::string ending = entry.path().extension().string();
      if (ending != ".h" && ending != ".cpp" && ending != ".cu" && ending != ".cuh") continue;
      std::ifstream file(entry.path());
      std::size_t lines = 0;
      for (std::string line; std::getline(file, line);) ++lines;
      EXPECT_LE(lines, 400U) << entry.path();
    }
  }
}

}  // namespace
}  // namespace colourize
