// Each part of a film's way hands its warnings to the sink that the film was given.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "film/figures/measure.h"
#include "film/film.h"
#include "system/recorded_warnings.h"
#include "tests/support/films.h"
#include "tests/support/json_lines.h"
#include "tests/support/small_film.h"

namespace colourize::film {
namespace {

namespace fs = std::filesystem;
using testing::AllOf;
using testing::Contains;
using testing::ElementsAre;
using testing::EndsWith;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::StartsWith;

class FilmWarnings : public tests::FilmProgram {
 protected:
  void SetUp() override { log_libav_to(ignore_warnings); }

  static FilmOptions options() { return {.session = {.render_factor = 8, .together = 0}}; }

  // Those of colouring the film into out.mkv.
  std::vector<std::string> warnings_of(const std::string& source, const FilmOptions& options,
                                       const std::function<bool()>& stop = {}) const {
    const RecordedWarnings warnings;
    colourize_film(folder_ / source, folder_ / "out.mkv", generator_, options,
                   {.progress = {}, .stop = stop, .warn = warnings.sink()});
    return warnings.texts();
  }

  const Generator generator_ = build_generator(weights::Weights::builtin());
};

TEST_F(FilmWarnings, AreNoneOfASoundFilm) {
  ffmpeg("PICTURES -t 0.4 -c:v ffv1 film.mkv");
  EXPECT_THAT(warnings_of("film.mkv", options()), IsEmpty());
}

TEST_F(FilmWarnings, ComeFromTheContainer) {
  std::string film = tests::small_film(10);
  film.replace(film.rfind("FRAME"), 5, "FRAUD");
  tests::write_file(folder_ / "film.y4m", film);
  EXPECT_THAT(warnings_of("film.y4m", options()),
              Contains(EndsWith("cannot be read (the data is damaged) and is skipped")));
}

TEST_F(FilmWarnings, ComeFromTheDecoder) {
  ffmpeg("PICTURES -t 4 -c:v libx264 -g 12 whole.mkv");
  std::string content = tests::read_file(folder_ / "whole.mkv");
  content.replace(content.size() / 3, 3000, 3000, '\0');
  tests::write_file(folder_ / "film.mkv", content);
  EXPECT_THAT(warnings_of("film.mkv", options()),
              Contains(AllOf(StartsWith((folder_ / "film.mkv").string() + ": has no frame from "),
                             EndsWith(": the frame before it stays, and nothing is shifted"))));
}

// And from the verification, which decodes the source once more.
TEST_F(FilmWarnings, ComeFromWhatConvertsFrames) {
  ffmpeg("PICTURES -t 0.2 -c:v ffv1 -pix_fmt bgr0 film.mkv");
  const std::string converted =
      (folder_ / "film.mkv").string() + ": its frames are in the format bgr0; their luma is converted to 8 bits";
  FilmOptions once = options();
  EXPECT_THAT(warnings_of("film.mkv", once), ElementsAre(converted));
  FilmOptions twice = options();
  twice.verify = true;
  EXPECT_THAT(warnings_of("film.mkv", twice), ElementsAre(converted, converted));
  const RecordedWarnings warnings;
  measure_film(folder_ / "film.mkv", {}, {}, warnings.sink());
  EXPECT_THAT(warnings.texts(), ElementsAre(converted));
}

TEST_F(FilmWarnings, ComeFromTheChoiceOfAPixelFormat) {
  ffmpeg("PICTURES -t 0.2 -vf crop=95:63:0:0:exact=1,format=yuv444p -c:v ffv1 film.mkv");
  EXPECT_THAT(warnings_of("film.mkv", options()),
              ElementsAre(StartsWith("95 x 63 pixels cannot be held in 4:2:0: the film is written as yuv444p")));
  ffmpeg("PICTURES -t 0.2 -c:v ffv1 -pix_fmt yuv420p10le deep.mkv");
  FilmOptions shallow = options();
  shallow.codec.pixel_format = "yuv420p";
  EXPECT_THAT(warnings_of("deep.mkv", shallow),
              ElementsAre("pixel format yuv420p: the source's luma has 10 bits, of which the lowest are dropped"));
}

TEST_F(FilmWarnings, ComeFromAnEarlyEnd) {
  ffmpeg("PICTURES -t 4 -c:v libx264 -g 12 whole.mkv");
  const std::string content = tests::read_file(folder_ / "whole.mkv");
  tests::write_file(folder_ / "film.mkv", content.substr(0, content.size() * 6 / 10));
  EXPECT_THAT(warnings_of("film.mkv", options()), Contains(EndsWith("it may be truncated")));
}

TEST_F(FilmWarnings, ComeFromTheJournal) {
  tests::write_file(folder_ / "film.y4m", tests::small_film(100));
  EXPECT_THAT(warnings_of("film.y4m", options(), [] { return true; }), IsEmpty());  // stopped behind its segment
  FilmOptions elsewhere = options();
  elsewhere.session.devices = {"reference"};
  EXPECT_THAT(warnings_of("film.y4m", elsewhere),
              ElementsAre(AllOf(StartsWith((folder_ / "out.mkv.journal").string() + ": was begun on the device \"cpu"),
                                HasSubstr("resumes on \"reference\""))));
}

// A film of two pictures that is said to last so long that its colours would fill the disk one and a half times.
TEST_F(FilmWarnings, ComeFromTheLookAtTheDisk) {
  const double free = static_cast<double>(fs::space(folder_.path()).available);
  const double bytes_a_second = 2 * 25 * 96 * 64 * 6.0 / 8;  // of FFV1: estimated_bytes(), film and segments
  const std::string seconds = std::to_string(static_cast<std::int64_t>(1.5 * free / bytes_a_second));
  ffmpeg("PICTURES -frames:v 2 -vf \"setpts='N*" + seconds + "/TB'\" -vsync vfr -c:v ffv1 film.mkv");
  FilmOptions lossless = options();
  lossless.codec.codec = VideoCodec::ffv1;
  EXPECT_THAT(warnings_of("film.mkv", lossless),
              Contains(AllOf(StartsWith((folder_ / "out.mkv").string() + ": needs about "), EndsWith(" are free"))));
}

TEST_F(FilmWarnings, AreInTheRecordForMachines) {
  ffmpeg("PICTURES -t 0.2 -c:v ffv1 -pix_fmt bgr0 film.mkv");
  ffmpeg("PICTURES -t 0.2 -c:v ffv1 sound.mkv");
  const auto objects = tests::json_lines(run("film.mkv sound.mkv --render-factor 8 --json 2>/dev/null").text);
  ASSERT_EQ(objects.size(), 3U);
  EXPECT_EQ(objects[0]["warnings"],
            nlohmann::json::array({"film.mkv: its frames are in the format bgr0; their luma is converted to 8 bits"}));
  EXPECT_EQ(objects[1]["status"], "done");
  EXPECT_FALSE(objects[1].contains("warnings"));
}

TEST_F(FilmWarnings, AreInTheRecordOfAFilmThatFails) {
  ffmpeg("PICTURES -t 0.2 -c:v ffv1 -pix_fmt bgr0 film.mkv");
  const auto objects =
      tests::json_lines(run("film.mkv -o out.mkv --render-factor 8 --pixel-format gray --json 2>/dev/null").text);
  ASSERT_EQ(objects.size(), 2U);
  EXPECT_EQ(objects[0]["status"], "failed");
  EXPECT_EQ(objects[0]["warnings"],
            nlohmann::json::array({"film.mkv: its frames are in the format bgr0; their luma is converted to 8 bits"}));
}

TEST(LibavLog, GoesToTheProgramsSink) {
  const RecordedWarnings warnings;
  log_libav_to(warnings.sink());
  av_log(nullptr, AV_LOG_WARNING, "line %d\n", 1);
  av_log(nullptr, AV_LOG_INFO, "line %d\n", 2);
  // libav is C, so nothing comes out of it.
  log_libav_to([](const std::string&) { throw Error(ErrorKind::failed, "sink", "is broken"); });
  av_log(nullptr, AV_LOG_ERROR, "line %d\n", 3);
  log_libav_to(ignore_warnings);
  EXPECT_THAT(warnings.texts(), ElementsAre("libav: line 1"));
}

}  // namespace
}  // namespace colourize::film
