// The program as a person runs it.
#pragma once

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/wait.h>

#include <algorithm>
#include <array>
#include <cstdio>
#include <filesystem>
#include <string>
#include <vector>

#include "tests/support/files.h"

namespace colourize::tests {

struct Outcome {
  int code = -1;
  std::string text;  // both streams
};

// A shell command line, run to its end.
inline Outcome shell(const std::string& command) {
  Outcome outcome;
  std::FILE* pipe = ::popen(("{ " + command + "; } 2>&1 </dev/null").c_str(), "r");
  std::array<char, 4096> part{};
  for (std::size_t size = 0; (size = std::fread(part.data(), 1, part.size(), pipe)) > 0;)
    outcome.text.append(part.data(), size);
  const int status = ::pclose(pipe);
  outcome.code = WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
  return outcome;
}

class Program : public testing::Test {
 protected:
  // In the test's folder, where all relative names lie.
  Outcome run(const std::string& arguments) const {
    return shell("cd '" + folder_.path().string() + "' && " COLOURIZE_PROGRAM " " + arguments);
  }
  void copy(const std::string& from, const std::string& to) const { std::filesystem::copy_file(from, folder_ / to); }
  std::vector<std::string> names() const { return names_in(folder_.path()); }

  // Exit code 1, one sentence that has these words, nothing written.
  void expect_refusal(const std::string& arguments, const std::string& words) const {
    const auto before = names();
    const Outcome outcome = run(arguments);
    EXPECT_EQ(outcome.code, 1) << arguments;
    EXPECT_THAT(outcome.text, testing::HasSubstr(words)) << arguments;
    EXPECT_EQ(std::count(outcome.text.begin(), outcome.text.end(), '\n'), 1) << outcome.text;
    EXPECT_EQ(names(), before) << arguments;
  }

  TemporaryFolder folder_;
};

}  // namespace colourize::tests
