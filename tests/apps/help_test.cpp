// What `--help` and wrong usage print, as a person reads them.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <sstream>

#include "tests/support/program.h"

namespace colourize {
namespace {

using Help = tests::Program;
using testing::HasSubstr;
using testing::Not;

const std::vector<std::string> commands{"",        "infer",   "convert", "profile",
                                        "compare", "measure", "models",  "models fetch"};

std::vector<std::string> lines_of(const std::string& text) {
  std::vector<std::string> lines;
  std::istringstream stream(text);
  for (std::string line; std::getline(stream, line);) lines.push_back(line);
  return lines;
}

TEST_F(Help, FitsTheScreenAndEndsWithAnExampleAndTheExitCodes) {
  for (const std::string& command : commands) {
    const tests::Outcome help = run(command + " --help");
    EXPECT_EQ(help.code, 0) << command;
    const auto lines = lines_of(help.text);
    for (const std::string& line : lines) EXPECT_LE(line.size(), 100U) << line;
    EXPECT_EQ(lines.back(), "Exit code: 0 all done, 1 some input failed, 2 wrong usage.") << command;
    EXPECT_THAT(help.text, HasSubstr(command.empty() ? "\nExamples:\n" : "\nExample:\n")) << command;
    EXPECT_THAT(help.text, Not(HasSubstr("\n\n\n"))) << command;
  }
}

TEST_F(Help, HasItsOptionsUnderHeadings) {
  const auto lines = lines_of(run("--help").text);
  std::vector<std::string> headings;
  for (const std::string& line : lines) {
    if (line.ends_with(':') && line.front() != ' ') headings.push_back(line);
  }
  EXPECT_THAT(headings,
              testing::IsSupersetOf({"General:", "Output:", "Input:", "Generator:", "Device:", "Films:", "Examples:"}));
  const auto examples =
      std::ranges::count_if(lines, [](const std::string& line) { return line.starts_with("  colourize "); });
  EXPECT_EQ(examples, 5);
}

// CLI11 writes a choice as {name->value} and a range as INT:INT in [..]; a person needs neither.
TEST_F(Help, ListsChoicesInPlainWords) {
  for (const std::string& command : commands) {
    const std::string text = run(command + " --help").text;
    for (const char* mark : {"->", "{", "ENUM", "INT:", "TEXT:"}) EXPECT_THAT(text, Not(HasSubstr(mark))) << command;
  }
  const std::string text = run("--help").text;
  EXPECT_THAT(text, HasSubstr("ffv1, h264, h265 or prores"));
  EXPECT_THAT(text, HasSubstr("bf16, fp16 or fp32"));
  EXPECT_THAT(text, HasSubstr("[default: 16]"));
}

TEST_F(Help, OfWrongUsageNamesTheChoices) {
  EXPECT_THAT(run("a.png --precision int8").text, HasSubstr("--precision: int8 not in {bf16,fp16,fp32}"));
  EXPECT_THAT(run("a.mkv --codec vp9").text, HasSubstr("--codec: vp9 not in {ffv1,h264,h265,prores}"));
  EXPECT_THAT(run("a.png --device auto,toaster").text, HasSubstr("toaster not in {auto,"));
  EXPECT_THAT(run("a.mkv --from noon").text, HasSubstr("noon is not a time"));
  EXPECT_THAT(run("a.mkv --from 2 --to 1").text, HasSubstr("--to must be later than --from"));
  for (const char* wrong : {"--precision int8", "--codec vp9", "--crf 52", "--stabilise 2", "--threads 4097",
                            "--max-megapixels 0", "--preset slowest"}) {
    EXPECT_EQ(run(std::string("a.mkv ") + wrong).code, 2) << wrong;
  }
}

}  // namespace
}  // namespace colourize
