// The program as a person runs it: what it writes, says and returns.
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <spdlog/fmt/fmt.h>
#include <unistd.h>

#include <array>
#include <cmath>

#include <nlohmann/json.hpp>

#include "engine/photo/decode.h"
#include "tests/support/golden.h"
#include "tests/support/json_lines.h"
#include "tests/support/program.h"

namespace colourize {
namespace {

using Colourize = tests::Program;
using tests::Outcome;
using tests::shell;

namespace fs = std::filesystem;
using testing::HasSubstr;

const std::string photo_file = tests::folder + "golden/astronaut-181x133.png";
const std::string grey_file = tests::folder + "../docs/cat.png";
const std::string corpus = tests::folder + "fuzz/corpus/picture/";

TEST_F(Colourize, ColoursAPhotoAndSkipsItTheNextTime) {
  copy(photo_file, "photo.png");
  const std::string source = tests::read_file(folder_ / "photo.png");
  EXPECT_EQ(run("photo.png").code, 0);
  EXPECT_EQ(names(), (std::vector<std::string>{"photo.colour.png", "photo.png"}));
  EXPECT_EQ(tests::read_file(folder_ / "photo.png"), source);
  const auto coloured = photo::decode(folder_ / "photo.colour.png", {}, ignore_warnings);
  EXPECT_EQ(coloured.width(), 181);
  EXPECT_EQ(coloured.height(), 133);

  const auto written = fs::last_write_time(folder_ / "photo.colour.png");
  const Outcome again = run("photo.png");
  EXPECT_EQ(again.code, 0);
  EXPECT_THAT(again.text, HasSubstr("done before"));
  EXPECT_EQ(fs::last_write_time(folder_ / "photo.colour.png"), written);
  EXPECT_EQ(run("photo.png --overwrite").code, 0);
  EXPECT_NE(fs::last_write_time(folder_ / "photo.colour.png"), written);
}

TEST_F(Colourize, HasAJobsWarningsInItsRecord) {
  copy(grey_file, "photo.png");
  copy(tests::folder + "golden/pictures/deep.png", "deep.png");
  copy(corpus + "no-end-mark.jpg", "odd.jpg");
  fs::create_directory(folder_ / "odd.colour.jpg");
  const auto objects = tests::json_lines(run("deep.png -o deep.jpg --json 2>/dev/null; " COLOURIZE_PROGRAM
                                             " photo.png odd.jpg --overwrite --json 2>/dev/null")
                                             .text);
  ASSERT_EQ(objects.size(), 5U);
  EXPECT_EQ(objects[0]["status"], "done");
  EXPECT_EQ(objects[0]["warnings"],
            nlohmann::json::array({"deep.jpg: JPEG holds 8 bits per sample; the photo's 16 are rounded"}));
  EXPECT_EQ(objects[2]["source"], "photo.png");
  EXPECT_FALSE(objects[2].contains("warnings")) << "there are none of this one";
  EXPECT_EQ(objects[3]["status"], "failed") << "a folder is in the way";
  EXPECT_EQ(objects[3]["warnings"], nlohmann::json::array({"odd.jpg: has no end mark; its picture is whole"}));
  // A person reads the same.
  EXPECT_THAT(run("deep.png -o again.jpg 2>&1 >/dev/null").text,
              "colourize: warning: again.jpg: JPEG holds 8 bits per sample; the photo's 16 are rounded\n");
}

TEST_F(Colourize, SaysOnceThatAPhotoWasInColour) {
  copy(photo_file, "photo.png");
  copy(grey_file, "grey.png");
  for (const std::string options : {"", " --side-by-side", " --exact"}) {
    const auto objects = tests::json_lines(run("photo.png grey.png --overwrite --json 2>/dev/null" + options).text);
    ASSERT_EQ(objects.size(), 3U);
    EXPECT_EQ(objects[0]["warnings"],
              nlohmann::json::array({"photo.png: is in colour already; its own colours are replaced"}));
    EXPECT_EQ(objects[0]["in_colour"], true);
    EXPECT_FALSE(objects[1].contains("in_colour"));
    EXPECT_FALSE(objects[1].contains("warnings"));
  }
}

// What concerns all of them is in the summary.
TEST_F(Colourize, HasTheWarningsOfAllJobsInTheSummary) {
  copy(grey_file, "photo.png");
  const auto objects = tests::json_lines(run("photo.png --render-factor 9 --json 2>/dev/null").text);
  ASSERT_EQ(objects.size(), 2U);
  EXPECT_FALSE(objects[0].contains("warnings"));
  EXPECT_EQ(
      objects[1]["summary"]["warnings"],
      nlohmann::json::array({"the generator lite takes sides that are multiples of 32: render factor 9 becomes 10"}));
}

TEST_F(Colourize, SaysWhatItLeavesOutOfAFolder) {
  fs::create_directories(folder_ / "in");
  copy(photo_file, "in/a.png");
  for (const char* name : {"in/b.gif", "in/c.gif", "in/d.psb"}) tests::write_file(folder_ / name, "x");
  const Outcome outcome = run("in -o out/");
  EXPECT_EQ(outcome.code, 0);
  EXPECT_THAT(outcome.text, HasSubstr("warning: 3 pictures were left out: 2 GIF and 1 PSB, which cannot be read\n"));
  EXPECT_EQ(run("in -o out/ --strict --overwrite").code, 1);
  const auto objects = tests::json_lines(run("in -o out/ --json 2>/dev/null").text);
  EXPECT_EQ(objects.back()["summary"]["left_out"], nlohmann::json::parse(R"({"GIF":2,"PSB":1})"));
  fs::remove(folder_ / "in/a.png");
  const Outcome nothing = run("in -o none/");
  EXPECT_THAT(nothing.text, HasSubstr("found no pictures and no films that can be read"));
  EXPECT_THAT(nothing.text, HasSubstr("3 pictures were left out"));
  for (const char* name : {"b.gif", "c.gif", "d.psb"}) fs::remove(folder_ / "in" / name);
  copy(photo_file, "in/a.png");
  EXPECT_EQ(run("in -o out/ --strict --overwrite").code, 0);
}

#ifdef COLOURIZE_TIFF
TEST_F(Colourize, WritesATiffForATiff) {
  copy(corpus + "tiff-grey16.tif", "photo.tif");
  ASSERT_EQ(run("photo.tif").code, 0);
  const auto coloured = photo::decode(folder_ / "photo.colour.tif", {}, ignore_warnings);
  EXPECT_EQ(coloured.bits(), 16);
  copy(photo_file, "large.png");
  std::map<std::string, std::uintmax_t> sizes;
  for (const std::string name : {"none", "lzw", "deflate"}) {
    const std::string file = name + ".tif";
    ASSERT_EQ(run("large.png --tiff-compression " + name + " -o " + file).code, 0);
    sizes[name] = fs::file_size(folder_ / file);
  }
  EXPECT_GT(sizes["none"], 181U * 133 * 3);
  EXPECT_LT(sizes["lzw"], sizes["none"]);
  EXPECT_LT(sizes["deflate"], sizes["lzw"]);
  ASSERT_EQ(run("large.png -o default.tif").code, 0);
  EXPECT_EQ(fs::file_size(folder_ / "default.tif"), sizes["deflate"]);
  EXPECT_EQ(run("large.png -o bad.tif --tiff-compression zip").code, 2);
  EXPECT_THAT(run("--version").text, HasSubstr("writes JPEG, PNG"));
}

TEST_F(Colourize, ColoursEveryPageOfATiff) {
  copy(corpus + "tiff-pages.tif", "book.tif");
  EXPECT_THAT(run("book.tif").text, HasSubstr("book.colour.tif  2 pages, "));
  const auto objects = tests::json_lines(run("book.tif --overwrite --json 2>/dev/null").text);
  EXPECT_EQ(objects.at(0)["pages"], 2);
  // The first page is a pattern in colour; the second one is grey.
  EXPECT_EQ(objects.at(0)["in_colour"], true);
  ASSERT_EQ(objects.at(0)["warnings"].size(), 1U);
  EXPECT_THAT(objects.at(0)["warnings"][0].get<std::string>(), HasSubstr("book.tif, page 1: is in colour already"));
  EXPECT_THAT(run("book.tif -o first.png").text, HasSubstr("has 2 pages, of which the first one is read"));
  // Each page beside its own colours.
  ASSERT_EQ(run("book.tif -o pair.tif --side-by-side").code, 0);
  EXPECT_EQ(photo::decode(folder_ / "pair.tif", {}, ignore_warnings).width(), 26);
}
#endif

TEST_F(Colourize, TakesNoFilesNameForSeveralInputs) {
  copy(photo_file, "a.png");
  copy(photo_file, "b.png");
  fs::create_directories(folder_ / "in");
  for (const char* arguments : {"a.png b.png -o one.png", "a.png b.png -o one.mkv", "in -o one.TIF"}) {
    const Outcome outcome = run(arguments);
    EXPECT_EQ(outcome.code, 2) << arguments;
    EXPECT_THAT(outcome.text, HasSubstr("names one file, but there are several inputs")) << arguments;
  }
  EXPECT_EQ(run("a.png b.png -o one.png/").code, 0);
  EXPECT_EQ(run("a.png b.png -o one.png --overwrite").code, 0) << "it is a folder now";
}

TEST_F(Colourize, InventsColours) {
  // A grey photo of the astronaut: skin and the orange suit must come out warmer than grey.
  copy(photo_file, "photo.png");
  ASSERT_EQ(run("photo.png").code, 0);
  const auto coloured = photo::decode(folder_ / "photo.colour.png", {}, ignore_warnings);
  const auto& samples = std::get<photo::Raster8>(coloured.pixels).samples;
  double colour = 0;
  for (std::size_t i = 0; i < samples.size(); i += 3) colour += std::abs(samples[i] - samples[i + 2]);
  EXPECT_GT(colour / (static_cast<double>(samples.size()) / 3), 5);
}

TEST_F(Colourize, GivesTheSameBytesAtAnyThreadCount) {
  copy(photo_file, "photo.png");
  ASSERT_EQ(run("photo.png -o one.png --threads 1").code, 0);
  ASSERT_EQ(run("photo.png -o three.png --threads 3").code, 0);
  EXPECT_EQ(tests::read_file(folder_ / "one.png"), tests::read_file(folder_ / "three.png"));
}

// Side by side, but told in the order of their names, and one's failure costs no other one.
TEST_F(Colourize, ColoursManyAtOnceAndTellsThemInOrder) {
  fs::create_directories(folder_ / "in");
  for (int i = 10; i < 30; ++i) copy(i % 7 == 0 ? corpus + "jpeg-420.jpg" : photo_file, fmt::format("in/{}.png", i));
  tests::write_file(folder_ / "in/20.png", "Dear mother");
  const auto records = tests::json_lines(run("in -o out --json --threads 3 2>/dev/null").text);
  ASSERT_EQ(records.size(), 21U);
  for (int i = 10; i < 30; ++i) {
    const auto& record = records[static_cast<std::size_t>(i - 10)];
    EXPECT_THAT(record["source"].get<std::string>(), testing::EndsWith(fmt::format("in/{}.png", i)));
    EXPECT_EQ(record["status"], i == 20 ? "failed" : "done");
  }
  // The same bytes as alone.
  EXPECT_EQ(run("in/11.png -o alone.png --threads 3").code, 0);
  for (int i = 11; i < 30; ++i) {
    if (i % 7 == 0 || i == 20) continue;
    EXPECT_EQ(tests::read_file(folder_ / fmt::format("out/{}.png", i)), tests::read_file(folder_ / "alone.png")) << i;
  }
}

TEST_F(Colourize, ColoursAFolderAndListsWhatFailed) {
  fs::create_directories(folder_ / "in/sub");
  copy(photo_file, "in/a.png");
  copy(corpus + "rgb.jpg", "in/sub/b.jpg");
  copy(corpus + "huge.png", "in/huge.png");
  tests::write_file(folder_ / "in/text.jpg", "Dear mother");
  const Outcome outcome = run("in -o out");
  EXPECT_EQ(outcome.code, 1);
  EXPECT_TRUE(fs::exists(folder_ / "out/a.png"));
  EXPECT_TRUE(fs::exists(folder_ / "out/sub/b.jpg"));
  EXPECT_THAT(outcome.text, HasSubstr("2 coloured, 0 done before, 2 failed"));
  EXPECT_THAT(outcome.text.substr(outcome.text.find("these failed")), HasSubstr("text.jpg: is a text file"));
  EXPECT_THAT(outcome.text.substr(outcome.text.find("these failed")), HasSubstr("60000 x 60000"));
  EXPECT_THAT(run("in -o out").text, HasSubstr("0 coloured, 2 done before, 2 failed"));
}

TEST_F(Colourize, PrintsJsonForMachines) {
  copy(photo_file, "a.png");
  tests::write_file(folder_ / "b.png", "Dear mother");
  const Outcome outcome = run("a.png b.png --json 2>/dev/null");
  EXPECT_EQ(outcome.code, 1);
  const auto objects = tests::json_lines(outcome.text);
  ASSERT_EQ(objects.size(), 3U);
  EXPECT_EQ(objects[0]["status"], "done");
  EXPECT_EQ(objects[0]["width"], 181);
  EXPECT_EQ(objects[1]["status"], "failed");
  EXPECT_EQ(objects[1]["kind"], "unsupported");
  EXPECT_EQ(objects[2]["summary"]["failed"], 1);
  EXPECT_EQ(objects[2]["summary"]["generator"], "lite");
}

TEST_F(Colourize, PutsBeforeAndAfterSideBySide) {
  copy(photo_file, "a.png");
  ASSERT_EQ(run("a.png --side-by-side --quiet").text, "");
  EXPECT_EQ(photo::decode(folder_ / "a.colour.png", {}, ignore_warnings).width(), 362);
}

TEST_F(Colourize, KeepsSixteenBitsAndAlpha) {
  copy(tests::folder + "golden/pictures/deep-alpha.png", "deep.png");
  ASSERT_EQ(run("deep.png").code, 0);
  const auto coloured = photo::decode(folder_ / "deep.colour.png", {}, ignore_warnings);
  EXPECT_EQ(coloured.bits(), 16);
  ASSERT_EQ(coloured.channels(), 4);
  EXPECT_EQ(std::get<photo::Raster16>(coloured.pixels).samples[4 * 3 + 3], 3 * 1900);
}

TEST_F(Colourize, RefusesBadInputWithASentenceEach) {
  copy(photo_file, "a.png");
  copy(corpus + "huge.png", "huge.png");
  tests::write_file(folder_ / "empty.jpg", "");
  tests::write_file(folder_ / "text.jpg", "Dear mother, the weather is fine.");
  const std::string jpeg = tests::read_file(corpus + "rgb.jpg");
  tests::write_file(folder_ / "cut.jpg", jpeg.substr(0, jpeg.size() * 3 / 4));
  expect_refusal("empty.jpg", "empty.jpg: is empty");
  expect_refusal("text.jpg", "text.jpg: is a text file, not a picture");
  expect_refusal("cut.jpg", "cut.jpg: is a JPEG that is damaged or truncated");
  expect_refusal("huge.png", "huge.png: has 60000 x 60000 pixels, more than 300 million");
  expect_refusal("huge.png", "(--max-megapixels)");
  expect_refusal("missing.jpg", "missing.jpg: cannot be opened: No such file");
  expect_refusal("a.png -o missing/a.png", "its folder missing does not exist");
  expect_refusal("a.png -o missing/folder/", "does not exist");
  expect_refusal("a.png -o a.png", "would overwrite the source");
  expect_refusal("a.png -o b.gif", "choose .jpg");
  expect_refusal("a.png --model wonderful", "model wonderful: is neither built in, nor installed, nor a file");
  expect_refusal("a.png --render-factor 7", "render factor 7: is not in the range");
  expect_refusal("a.png --render-factor 0", "render factor 0: is not in the range");
  expect_refusal("a.png --device cuda", "device cuda: is not");
}

TEST_F(Colourize, SaysWhatAFolderWithoutPermissionIs) {
  // Root may read everything: then the program runs as nobody, from a place that nobody may reach.
  const bool root = ::geteuid() == 0;
  if (root && shell("setpriv --reuid 65534 --clear-groups true").code != 0)
    GTEST_SKIP() << "cannot become another user";
  fs::permissions(folder_.path(), fs::perms::all);
  fs::copy_file(COLOURIZE_PROGRAM, folder_ / "program");
  fs::permissions(folder_ / "program", fs::perms::all);
  copy(photo_file, "a.png");
  fs::permissions(folder_ / "a.png", fs::perms::all);
  fs::create_directory(folder_ / "closed");
  fs::permissions(folder_ / "closed", fs::perms::none);
  const std::string program = (root ? "setpriv --reuid 65534 --clear-groups " : "") + (folder_ / "program").string();
  const std::string in_folder = "cd '" + folder_.path().string() + "' && " + program;
  const Outcome reading = shell(in_folder + " closed");
  const Outcome writing = shell(in_folder + " a.png -o closed/a.png");
  fs::permissions(folder_ / "closed", fs::perms::owner_all);
  EXPECT_EQ(reading.code, 1);
  EXPECT_THAT(reading.text, HasSubstr("closed: cannot be read: Permission denied"));
  EXPECT_EQ(writing.code, 1);
  EXPECT_THAT(writing.text, HasSubstr("closed/a.png: cannot be written: Permission denied; choose another output"));
  EXPECT_TRUE(tests::names_in(folder_ / "closed").empty());
}

TEST_F(Colourize, LeavesNothingOnAFullDisk) {
  copy(photo_file, "a.png");
  fs::create_directory(folder_ / "small");
  const std::string mount = "unshare --user --map-root-user --mount sh -c ";
  if (shell(mount + "'mount -t tmpfs -o size=64k none " + (folder_ / "small").string() + "'").code != 0) {
    GTEST_SKIP() << "cannot mount a small file system here";
  }
  const std::string steps = "mount -t tmpfs -o size=32k none small && { " COLOURIZE_PROGRAM
                            " a.png -o small/a.png; echo code $?; ls -A small | wc -l; }";
  const Outcome outcome = shell("cd '" + folder_.path().string() + "' && " + mount + "'" + steps + "'");
  EXPECT_THAT(outcome.text, HasSubstr("small/a.png: cannot be written: No space left on device; free disk space"));
  EXPECT_THAT(outcome.text, HasSubstr("code 1\n0\n"));
}

TEST_F(Colourize, LeavesNothingWhenInterrupted) {
  copy(photo_file, "a.png");
  // Many pictures, so that it is still at work when the signal comes. (A shell makes what it starts in the background
  // ignore ^C, so it is the other one.)
  for (int i = 0; i < 200; ++i) copy(photo_file, "a" + std::to_string(i) + ".png");
  const Outcome outcome = run(". -o out & sleep 0.7; kill -TERM $!; wait $!; echo code $?");
  EXPECT_THAT(outcome.text, HasSubstr("code 143"));
  const auto written = tests::names_in(folder_ / "out");
  EXPECT_LT(written.size(), 201U);
  for (const std::string& name : written)
    EXPECT_NO_THROW(photo::decode(folder_ / "out" / name, {}, ignore_warnings)) << name;
}

TEST_F(Colourize, TellsWrongUsageFromFailure) {
  EXPECT_EQ(run("").code, 2);
  EXPECT_EQ(run("--no-such-option a.png").code, 2);
  EXPECT_EQ(run("a.png --threads 0").code, 2);
  EXPECT_EQ(run("a.png --device toaster").code, 2);
  EXPECT_EQ(run("infer").code, 2);
  EXPECT_EQ(run("--help").code, 0);
  EXPECT_THAT(run("--version").text, HasSubstr("colourize "));
}

TEST_F(Colourize, InfersWhatPyTorchInfers) {
  const auto numbers = tests::golden("lite");
  const auto input = numbers->values("input.160");
  weights::SafetensorsWriter writer(folder_ / "in.safetensors", {{"input", weights::DataType::f32, {1, 1, 160, 160}}},
                                    {});
  writer.append(std::as_bytes(input));
  writer.commit();
  ASSERT_EQ(run("infer in.safetensors -o out.safetensors --model lite").code, 0);
  const auto output = weights::Weights::open(folder_ / "out.safetensors");
  const auto expected = numbers->values("output.160");
  const auto actual = output->values("output", {1, 2, 40, 40});
  for (std::size_t i = 0; i < expected.size(); ++i) ASSERT_NEAR(actual[i], expected[i], 2e-4);
}

TEST_F(Colourize, ListsModels) {
  fs::copy_file(tests::folder + "../weights/builtin/lite.safetensors", folder_ / "video.safetensors");
  const Outcome outcome = run("models --models-dir .");
  EXPECT_EQ(outcome.code, 0);
  EXPECT_THAT(outcome.text, HasSubstr("lite              built in"));
  EXPECT_THAT(outcome.text, HasSubstr("video             installed"));
  EXPECT_THAT(outcome.text, HasSubstr("artistic          published  deep       255.1 MB  ColorizeArtistic_gen.pth"));
  copy(photo_file, "a.png");
  EXPECT_EQ(run("a.png --models-dir . --model video").code, 0);
  EXPECT_THAT(run("a.png --overwrite --models-dir . --model stable").text,
              HasSubstr("is not installed in .; colourize models fetch stable downloads and installs it"));
}

TEST_F(Colourize, ConvertsAndRefusesCheckpoints) {
  const std::string checkpoint = tests::folder + "golden/checkpoints/model-zip.pth";
  expect_refusal("convert " + checkpoint + " -o out.safetensors", "is not a known DeOldify or DDColor generator");
  tests::write_file(folder_ / "page.pth", "<html>404</html>");
  expect_refusal("convert page.pth", "is a web page");
  expect_refusal("convert missing.pth", "missing.pth: cannot be opened");
  copy(photo_file, "a.png");
  // A checkpoint as a model is converted first; this one is none.
  const Outcome outcome = run("a.png --models-dir models --model " + checkpoint);
  EXPECT_EQ(outcome.code, 1);
  EXPECT_THAT(outcome.text, HasSubstr("is not a known DeOldify or DDColor generator"));
  EXPECT_TRUE(tests::names_in(folder_ / "models/converted").empty());
}

TEST_F(Colourize, InferRefusesWhatDoesNotFit) {
  weights::SafetensorsWriter writer(folder_ / "in.safetensors", {{"input", weights::DataType::f32, {1, 3, 2, 2}}}, {});
  const std::array<float, 12> values{};
  writer.append(std::as_bytes(std::span(values)));
  writer.commit();
  expect_refusal("infer in.safetensors -o out.safetensors",
                 "its tensor 'input' is 1 x 3 x 2 x 2 where lite takes N x 1 x S x S");
  expect_refusal("infer missing -o out.safetensors", "missing: cannot be opened");
}

}  // namespace
}  // namespace colourize
