// Text of unknown origin on a terminal and in JSON.
#include "apps/colourize/escaped.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

#include "system/error.h"
#include "tests/support/golden.h"
#include "tests/support/json_lines.h"
#include "tests/support/program.h"

namespace colourize::apps {
namespace {

using nlohmann::json;
using testing::HasSubstr;

TEST(Escaped, ShowsEachControlCharacterAndEachByteThatIsNoUtf8) {
  EXPECT_EQ(escaped("Grüße, 世界 🎨"), "Grüße, 世界 🎨");
  EXPECT_EQ(escaped("a\x1b[2Jb\r\n\tc\x7f"), "a\\x1b[2Jb\\r\\n\\tc\\x7f");
  EXPECT_EQ(escaped("8-bit control \x9b and in UTF-8 \u009b"), "8-bit control \\x9b and in UTF-8 \\u009b");
  EXPECT_EQ(escaped("cut \xe4\xb8"), "cut \\xe4\\xb8");
  EXPECT_EQ(escaped("\xE2\x80\xAEgnp.exe\xE2\x81\xA6"), "\\u202egnp.exe\\u2066");
  EXPECT_EQ(escaped(std::string(1, '\0') + "a"), "\\x00a");
  // RFC 3629, 3: forms longer than necessary, halves of pairs, beyond U+10FFFF.
  EXPECT_EQ(escaped("\xC0\x8A \xE0\x80\x8A \xED\xA0\x80 \xF4\x90\x80\x80"),
            "\\xc0\\x8a \\xe0\\x80\\x8a \\xed\\xa0\\x80 \\xf4\\x90\\x80\\x80");
}

// Every character that Unicode calls a control (general category Cc), and nothing else below U+0100.
TEST(Escaped, KnowsTheControlCharacters) {
  for (unsigned code = 0; code < 0x100; ++code) {
    const std::string character =
        code < 0x80 ? std::string(1, static_cast<char>(code))
                    : std::string{static_cast<char>(0xC0U | code >> 6U), static_cast<char>(0x80U | (code & 0x3FU))};
    EXPECT_EQ(escaped(character) != character, code < 0x20 || (code >= 0x7F && code < 0xA0)) << code;
  }
}

TEST(JsonLine, HasNoControlCharacterAndTheSameText) {
  const json object{{"source", "a\x1b\n\x7f\u009b\u202e \"\\"}};
  const std::string line = json_line(object);
  EXPECT_EQ(escaped(line), line);
  EXPECT_EQ(json::parse(line), object);
}

// The values are RFC 4648's own (10) and, for 0xFF 0xFE, the third row of its table 1.
TEST(JsonLine, HasTheTrueBytesOfWhatIsNoUtf8) {
  const json parsed = json::parse(json_line({{"source", "a\xff"}, {"target", "b"}}));
  EXPECT_EQ(parsed["source"], "a\ufffd");
  EXPECT_EQ(parsed["source_b64"], "Yf8=");
  EXPECT_FALSE(parsed.contains("target_b64"));
  EXPECT_EQ(true_text(parsed, "source"), "a\xff");
  EXPECT_EQ(true_text(parsed, "target"), "b");
  for (const auto& [text, coded] : std::map<std::string, std::string>{
           {"f", "Zg=="}, {"fo", "Zm8="}, {"foo", "Zm9v"}, {"foob", "Zm9vYg=="}, {"foobar", "Zm9vYmFy"}}) {
    EXPECT_EQ(true_text({{"a", ""}, {"a_b64", coded}}, "a"), text);
  }
  for (const char* damaged : {"Z", "Zg=", "====", "Z===", "Zm9v!g==", "Zg==Zg=="}) {
    EXPECT_THROW(true_text({{"a", ""}, {"a_b64", damaged}}, "a"), Error) << damaged;
  }
}

class NamesOnATerminal : public tests::Program {
 protected:
  // Nothing but the ends of lines may be below a space, and nothing DEL or C1.
  static void expect_plain(const std::string& text) {
    std::istringstream lines(text);
    for (std::string line; std::getline(lines, line);) EXPECT_EQ(escaped(line), line);
  }
  const std::string name_ = "a\x1b[31m\n\x7f\u009b\xff.png";
};

TEST_F(NamesOnATerminal, AreEscaped) {
  copy(tests::folder + "golden/astronaut-181x133.png", name_);
  tests::write_file(folder_ / "bad\x1b.jpg", "x");
  for (const std::string options : {"", " --overwrite", " --render-factor 10", " --strict", " -o out/"}) {
    const tests::Outcome outcome = run("* nosuch'\x1b'.jpg" + options);
    expect_plain(outcome.text);
    EXPECT_THAT(outcome.text, HasSubstr("a\\x1b[31m\\n\\x7f\\u009b\\xff"));
  }
  std::filesystem::remove_all(folder_ / "out");
  const auto objects = tests::json_lines(run(". --json --overwrite 2>/dev/null").text);
  ASSERT_EQ(objects.size(), 3U);
  EXPECT_EQ(true_text(objects[0], "source"), "./" + name_);
  expect_plain(run(". --json --overwrite").text);
  for (const std::string wrong :
       {"--codec 'h\x1b[m'", "--precision '\x9b'", "'--\x1b'", "--from '\x1b'", "--model 'no\x1bmodel'",
        "-o 'x\x1b.png' ..", "measure '\x1b'", "models fetch '\x1b'", "convert '\x1b'", "--from-record '\x1b'"}) {
    const tests::Outcome outcome = run((wrong.starts_with("-") ? "bad* " : "") + wrong);
    EXPECT_NE(outcome.code, 0) << wrong;
    expect_plain(outcome.text);
  }
  for (const char* help : {"--help", "models --help", "infer --help", "--version"}) expect_plain(run(help).text);
}

}  // namespace
}  // namespace colourize::apps
