// Several generators in one picture and one film, as a person names them.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>

#include <nlohmann/json.hpp>

#include "engine/photo/decode.h"
#include "tests/support/golden.h"
#include "tests/support/json_lines.h"
#include "tests/support/program.h"
#include "tests/support/recipe.h"

namespace colourize {
namespace {

using testing::HasSubstr;
using tests::Outcome;

const std::string photo_file = tests::folder + "golden/astronaut-181x133.png";

// A small DDColor lies beside the built-in generator.
class EnsembleProgram : public tests::Program {
 protected:
  void SetUp() override {
    // Of the mean's size, so that nothing is resized twice.
    const auto astronaut = std::get<photo::Raster8>(photo::decode(photo_file, {}, ignore_warnings).pixels);
    std::string pixels = "P6 128 128 255\n";
    for (int y = 0; y < 128; ++y) pixels.append(reinterpret_cast<const char*>(astronaut.row(y).data()), 3 * 128);
    tests::write_file(folder_ / "photo.ppm", pixels);
    tests::write_small_ddcolor(folder_ / "trained.safetensors");
    ASSERT_EQ(run("convert trained.safetensors -o small.safetensors").code, 0);
  }

  std::vector<std::uint8_t> coloured(const std::string& target, const std::string& options) {
    const Outcome outcome = run("photo.ppm --render-factor 8 -o " + target + " " + options);
    EXPECT_EQ(outcome.code, 0) << outcome.text;
    return std::get<photo::Raster8>(photo::decode(folder_ / target, {}, ignore_warnings).pixels).samples;
  }
};

// The mean of the chroma is the mean of the samples, where none is clamped; each is rounded to a level.
TEST_F(EnsembleProgram, GivesTheMeanOfTwoPictures) {
  const auto lite = coloured("lite.png", "--model lite");
  const auto small = coloured("small.png", "--model small.safetensors");
  const auto even = coloured("even.png", "--model small.safetensors+lite");
  const auto uneven = coloured("uneven.png", "--model lite:3+small.safetensors:1");
  ASSERT_EQ(even.size(), lite.size());
  std::size_t compared = 0;
  for (std::size_t i = 0; i < even.size(); i += 3) {
    const auto inside = [&](const std::vector<std::uint8_t>& samples) {
      return std::all_of(&samples[i], &samples[i] + 3, [](int sample) { return sample > 0 && sample < 255; });
    };
    if (!inside(lite) || !inside(small)) continue;
    ++compared;
    for (std::size_t c = i; c < i + 3; ++c) {
      ASSERT_NEAR(even[c], 0.5 * lite[c] + 0.5 * small[c], 1.01) << c;
      ASSERT_NEAR(uneven[c], 0.75 * lite[c] + 0.25 * small[c], 1.01) << c;
    }
  }
  EXPECT_GT(compared, even.size() / 3 / 2);
  EXPECT_NE(even, lite);
}

TEST_F(EnsembleProgram, SaysWhatItWasMadeOf) {
  const Outcome outcome = run("photo.ppm --render-factor 8 --model lite+small.safetensors --json 2>/dev/null");
  const auto objects = tests::json_lines(outcome.text);
  const nlohmann::json& summary = objects.back()["summary"];
  EXPECT_EQ(summary["generator"], "lite+ddcolor");
  EXPECT_EQ(summary["render_factor"], 8);
  EXPECT_GT(summary["weights_bytes"], std::filesystem::file_size(folder_ / "small.safetensors") / 2);
}

TEST_F(EnsembleProgram, RefusesNamesThatMakeNoSense) {
  for (const auto& [arguments, words] :
       {std::pair("photo.ppm --model lite:x+small.safetensors", "where a share, a number above 0, must stand"),
        std::pair("photo.ppm --model lite+", "lacks a model's name"),
        std::pair("photo.ppm --model a+b+c+d+e", "has 5 models"),
        std::pair("photo.ppm --exact --model lite+small.safetensors", "this command takes one generator"),
        std::pair("profile --model lite+small.safetensors", "this command takes one generator"),
        std::pair("compare photo.ppm --model lite+small.safetensors", "this command takes one generator"),
        std::pair("infer in.safetensors -o out.safetensors --model best", "best names several")}) {
    const Outcome outcome = run(arguments);
    EXPECT_EQ(outcome.code, 2) << arguments;
    EXPECT_THAT(outcome.text, HasSubstr(words)) << arguments;
  }
  expect_refusal("photo.ppm --model lite+nothing", "nothing");
  expect_refusal("photo.ppm --models-dir . --model best", "colourize models fetch stable downloads and installs it");
}

TEST_F(EnsembleProgram, ListsThoseWithANameAndWhatTheyLack) {
  tests::write_file(folder_ / "stable.safetensors", "damaged, but installed");
  const Outcome outcome = run("models --models-dir .");
  EXPECT_EQ(outcome.code, 0);
  EXPECT_THAT(outcome.text, HasSubstr("stable+ddcolor+ddcolor-artistic; photos: the mean of three generators; "
                                      "not installed: ddcolor and ddcolor-artistic\n"));
  bool found = false;
  for (const nlohmann::json& object : tests::json_lines(run("models --models-dir . --json").text)) {
    if (object["name"] != "best") continue;
    found = true;
    EXPECT_EQ(object["state"], "ensemble");
    EXPECT_EQ(object["models"], "stable+ddcolor+ddcolor-artistic");
    EXPECT_EQ(object["missing"], nlohmann::json::array({"ddcolor", "ddcolor-artistic"}));
  }
  EXPECT_TRUE(found);
}

}  // namespace
}  // namespace colourize
