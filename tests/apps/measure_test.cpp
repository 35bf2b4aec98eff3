// `colourize profile` and `colourize compare` as a person, or a program, reads them.
#include <sstream>

#include <nlohmann/json.hpp>

#include "tests/support/json_lines.h"
#include "tests/support/program.h"

namespace colourize::tests {
namespace {

using nlohmann::json;
using testing::HasSubstr;

const std::string astronaut = std::string(COLOURIZE_TESTS) + "/golden/astronaut-181x133.png";

class Measure : public Program {
 protected:
  // One object a line.
  std::vector<json> objects(const std::string& arguments, int code = 0) const {
    const Outcome outcome = run(arguments);
    EXPECT_EQ(outcome.code, code) << outcome.text;
    return json_lines(outcome.text);
  }
};

TEST_F(Measure, ProfileNamesEachLayersAlgorithmAndTime) {
  const auto lines = objects("profile --repeats 2 --render-factor 8 --json");
  ASSERT_GT(lines.size(), 60U);
  double sum = 0;
  bool winograd = false;
  for (std::size_t i = 0; i + 1 < lines.size(); ++i) {
    sum += lines[i].at("ms").get<double>();
    if (lines[i].at("kind") != "convolution") continue;
    EXPECT_NE(lines[i].at("algorithm"), "");
    EXPECT_NE(lines[i].at("reason"), "") << lines[i];
    EXPECT_GT(lines[i].at("direct_gflops"), 0) << lines[i];
    winograd = winograd || lines[i].at("algorithm").get<std::string>().starts_with("Winograd");
  }
  EXPECT_TRUE(winograd);
  const json& last = lines.back();
  EXPECT_EQ(last.at("generator"), "lite");
  EXPECT_EQ(last.at("side"), 128);
  EXPECT_THAT(last.at("device"), testing::StartsWith("cpu-"));
  EXPECT_GT(last.at("peak_gflops"), 0);
  EXPECT_GT(last.at("arena_bytes"), 0);
  EXPECT_GT(last.at("packed_bytes"), 0);
  // Medians of single layers and of whole runs: the same time in other portions.
  EXPECT_GT(sum, 0.2 * last.at("ms").get<double>());
  EXPECT_LT(sum, 5 * last.at("ms").get<double>());
}

TEST_F(Measure, ProfilePrintsATableAndCommaSeparatedValues) {
  const Outcome table = run("profile --repeats 1 --render-factor 8 --device reference");
  EXPECT_EQ(table.code, 0);
  EXPECT_THAT(table.text, HasSubstr("im2col"));
  EXPECT_THAT(table.text, HasSubstr("lite at 128 x 128 on reference"));

  const Outcome csv = run("profile --repeats 1 --render-factor 8 --csv");
  EXPECT_EQ(csv.code, 0);
  std::istringstream lines(csv.text);
  std::string line;
  std::getline(lines, line);
  const auto fields = [](const std::string& text) {
    std::size_t count = 1;
    bool quoted = false;
    for (const char c : text) {
      if (c == '"') quoted = !quoted;
      count += static_cast<std::size_t>(c == ',' && !quoted);
    }
    return count;
  };
  const std::size_t columns = fields(line);
  std::size_t rows = 0;
  for (; std::getline(lines, line); ++rows) EXPECT_EQ(fields(line), columns) << line;
  EXPECT_GT(rows, 60U);
}

TEST_F(Measure, CompareFindsTheCpuEqualToTheReference) {
  const auto lines = objects("compare '" + astronaut + "' --render-factor 8 --json");
  ASSERT_GT(lines.size(), 60U);
  EXPECT_TRUE(lines.back().at("first_beyond").is_null());
  EXPECT_EQ(lines.back().at("against"), "reference");
  double largest = 0;
  for (std::size_t i = 0; i + 1 < lines.size(); ++i) largest = std::max(largest, lines[i].at("relative").get<double>());
  EXPECT_GT(largest, 0);
  EXPECT_LT(largest, 1e-4);
}

TEST_F(Measure, CompareNamesTheFirstLayerBeyondTheToleranceAndFails) {
  const auto lines = objects("compare '" + astronaut + "' --render-factor 8 --tolerance 1e-9 --json", 1);
  std::string first;
  for (std::size_t i = 0; first.empty() && i + 1 < lines.size(); ++i) {
    if (lines[i].at("beyond").get<bool>()) first = lines[i].at("layer");
  }
  EXPECT_NE(first, "");
  EXPECT_EQ(lines.back().at("first_beyond"), first);
}

TEST_F(Measure, CompareOfADeviceWithItselfFindsNothing) {
  const Outcome outcome =
      run("compare '" + astronaut + "' --render-factor 8 --device reference --against reference --tolerance 0");
  EXPECT_EQ(outcome.code, 0) << outcome.text;
  EXPECT_THAT(outcome.text, HasSubstr("reference against reference: every layer within 0"));
}

TEST_F(Measure, RefusesWhatIsNoPictureOrNoDevice) {
  expect_refusal("compare missing.png", "missing.png");
  EXPECT_EQ(run("compare '" + astronaut + "' --against toaster").code, 2);
  EXPECT_EQ(run("profile --repeats 0").code, 2);
  expect_refusal("profile --device cuda", "device cuda: is not");
}

}  // namespace
}  // namespace colourize::tests
