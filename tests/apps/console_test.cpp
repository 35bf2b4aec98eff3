#include "apps/colourize/console.h"

#include <gtest/gtest.h>

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

}  // namespace
}  // namespace colourize::apps
