#include "apps/colourize/console.h"

#include <gtest/gtest.h>
#include <pty.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include "apps/colourize/progress_line.h"

namespace colourize::apps {
namespace {

TEST(Console, KeepsWhatIsNotPrintableFromATerminal) {
  EXPECT_EQ(printable("Grüße, 世界 🎨"), "Grüße, 世界 🎨");
  EXPECT_EQ(printable("a\x1b[2Jb\r\n\tc\x7f"), "a?[2Jb???c?");
  EXPECT_EQ(printable("8-bit control \x9b and in UTF-8 \u009b"), "8-bit control ? and in UTF-8 ?");
  EXPECT_EQ(printable("cut \xe4\xb8"), "cut ??");
  EXPECT_EQ(printable("\xE2\x80\xAEgnp.exe\xE2\x81\xA6"), "?gnp.exe?");
  EXPECT_EQ(printable(std::string(1, '\0') + "a"), "?a");
  EXPECT_EQ(printable(std::string(1000, 'a')), std::string(200, 'a') + "...");
}

TEST(ProgressLine, IsCutInTheMiddleOfTheName) {
  EXPECT_EQ(progress_line("[1/2] ", "a.jpg", "  50%", 16), "[1/2] a.jpg  50%");
  EXPECT_EQ(progress_line("[1/2] ", "abcdefghijklm.jpg", "  50%", 21), "[1/2] abcd...jpg  50%");
  EXPECT_EQ(progress_line("[1/2] ", "abcdefghijklm.jpg", "  50%", 13), "[1/2] ..  50%");
  EXPECT_EQ(progress_line("[1/2] ", "abcdefghijklm.jpg", "  50%", 8), "[1/2]   ");
  EXPECT_EQ(progress_line("", "name", "", 0), "");
}

// Two columns each, and one for a letter with a mark.
TEST(ProgressLine, CountsColumnsAndNotBytes) {
  EXPECT_EQ(columns_of("Grüße"), 5U);
  EXPECT_EQ(columns_of("世界"), 4U);
  EXPECT_EQ(columns_of("🎨"), 2U);
  EXPECT_EQ(columns_of("e\u0301"), 1U);
  EXPECT_EQ(progress_line("", "世界世界世界", "", 12), "世界世界世界");
  // Seven columns without the gap: four at the left, which two fill, and three at the right, where one fits.
  EXPECT_EQ(progress_line("", "世界世界世界", "", 10), "世界...界");
}

// A terminal of 50 columns in place of the standard error stream.
TEST(ProgressLine, IsAsLongAsTheTerminalAllows) {
  int terminal = -1;
  int program = -1;
  winsize size{.ws_row = 24, .ws_col = 50, .ws_xpixel = 0, .ws_ypixel = 0};
  ASSERT_EQ(::openpty(&terminal, &program, nullptr, nullptr, &size), 0);
  const int before = ::dup(STDERR_FILENO);
  ::dup2(program, STDERR_FILENO);
  {
    Console console(false, false);
    console.progress("[1/9] ", std::string(70, 'n') + "\n.jpg", "  50%  about 3 s left");
  }
  ::dup2(before, STDERR_FILENO);
  std::string drawn(200, '\0');
  drawn.resize(static_cast<std::size_t>(std::max<ssize_t>(0, ::read(terminal, drawn.data(), drawn.size()))));
  for (const int file : {terminal, program, before}) ::close(file);
  // Of 49 columns the numbers take 27 and the gap 3: 10 are left before it, 9 after it.
  const std::string line = drawn.substr(drawn.find("[1/9]"));
  EXPECT_EQ(line, "[1/9] nnnnnnnnnn...nnnn?.jpg  50%  about 3 s left");
  EXPECT_EQ(line.size(), 49U);
}

}  // namespace
}  // namespace colourize::apps
