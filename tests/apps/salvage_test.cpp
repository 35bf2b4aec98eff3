// What a person meets with a picture that was cut short: a refusal that names the option, and what the option gives.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

#include "tests/support/json_lines.h"
#include "tests/support/pictures.h"
#include "tests/support/program.h"

namespace colourize {
namespace {

using testing::HasSubstr;
using testing::Not;

class Salvage : public tests::Program {
 protected:
  void SetUp() override { copy(tests::corpus + "cut-420.jpg", "cut.jpg"); }
};

TEST_F(Salvage, IsNamedByTheRefusal) {
  expect_refusal("cut.jpg", "cut.jpg: is a JPEG that is damaged or truncated");
  expect_refusal("cut.jpg", "(colourize --salvage takes what is there)");
  const auto refused = tests::json_lines(run("cut.jpg --json 2>/dev/null").text);
  ASSERT_EQ(refused.size(), 2U);
  EXPECT_EQ(refused[0]["kind"], "incomplete");
  // Where there is nothing to take, it is not named.
  tests::write_file(folder_ / "short.jpg", tests::read_file(tests::corpus + "rgb.jpg").substr(0, 300));
  EXPECT_THAT(run("short.jpg").text, Not(HasSubstr("--salvage")));
}

TEST_F(Salvage, ColoursWhatIsThereWithAWarning) {
  const tests::Outcome outcome = run("cut.jpg --salvage");
  EXPECT_EQ(outcome.code, 0);
  EXPECT_THAT(outcome.text, HasSubstr("cut.jpg: is truncated: its last 13 of 29 rows are missing and stay grey"));
  const photo::Raster8 coloured = tests::raster8(photo::decode(folder_ / "cut.colour.jpg", {}, ignore_warnings));
  EXPECT_EQ(coloured.width, 37);
  EXPECT_EQ(coloured.height, 29);
}

TEST_F(Salvage, IsInTheRecordForMachines) {
  copy(tests::corpus + "jpeg-420.jpg", "sound.jpg");
  const auto objects = tests::json_lines(run("cut.jpg sound.jpg --salvage --json 2>/dev/null").text);
  ASSERT_EQ(objects.size(), 3U);
  EXPECT_EQ(objects[0]["status"], "done");
  EXPECT_EQ(objects[0]["salvaged"]["rows"], 29);
  EXPECT_EQ(objects[0]["salvaged"]["missing_rows"], 13);
  EXPECT_FALSE(objects[1].contains("salvaged"));
}

}  // namespace
}  // namespace colourize
