// Films through the library's door.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "colourize/colourize.hpp"
#include "tests/support/films.h"

namespace colourize {
namespace {

class FilmDoor : public tests::FilmProgram {
 protected:
  FilmDoor() {
    session_.devices = "cpu";
    session_.render_factor = 8;
    options_.codec = "ffv1";
  }

  SessionOptions session_;
  FilmOptions options_;
  Model model_;
};

// The same options give the program's bytes, also where a callback stopped the film on its way.
TEST_F(FilmDoor, ResumesWhatACallbackStopped) {
  ffmpeg("PICTURES -f lavfi -i sine -frames:v 200 -shortest -c:v libx264 -preset ultrafast -c:a aac film.mkv");
  ASSERT_EQ(run("film.mkv -o whole.mkv --codec ffv1 --render-factor 8 --device cpu").code, 0);
  std::int64_t done = 0;
  options_.progress = [&](const colourize_film_progress& progress) { done = progress.done_before + progress.done; };
  options_.stop = [&] { return done > 0; };
  try {
    colour_film(model_, folder_ / "film.mkv", folder_ / "film.colour.mkv", options_, session_);
    FAIL() << "it went on";
  } catch (const Failure& failure) {
    EXPECT_EQ(failure.status(), COLOURIZE_INTERRUPTED) << failure.what();
  }
  EXPECT_FALSE(std::filesystem::exists(folder_ / "film.colour.mkv"));
  // Its journal is no film of other options.
  FilmOptions other = options_;
  other.stop = nullptr;
  other.codec = "h264";
  try {
    colour_film(model_, folder_ / "film.mkv", folder_ / "film.colour.mkv", other, session_);
    FAIL() << "it took another film's journal";
  } catch (const Failure& failure) {
    EXPECT_EQ(failure.status(), COLOURIZE_CONFLICT) << failure.what();
  }
  options_.stop = nullptr;
  options_.verify = true;
  const colourize_film_result result =
      colour_film(model_, folder_ / "film.mkv", folder_ / "film.colour.mkv", options_, session_);
  EXPECT_EQ(result.frames, 200);
  EXPECT_GT(result.done_before, 0);
  EXPECT_TRUE(result.verified != 0 && result.luma_verified != 0);
  EXPECT_TRUE(tests::read_file(folder_ / "film.colour.mkv") == tests::read_file(folder_ / "whole.mkv"));
}

TEST_F(FilmDoor, PassesOnWhatACallbackThrows) {
  ffmpeg("PICTURES -frames:v 20 -c:v ffv1 film.mkv");
  options_.progress = [](const colourize_film_progress&) { throw std::out_of_range("mine"); };
  EXPECT_THROW(colour_film(model_, folder_ / "film.mkv", folder_ / "out.mkv", options_, session_), std::out_of_range);
}

TEST_F(FilmDoor, SaysWhatIsWrongWithItsOptions) {
  ffmpeg("PICTURES -frames:v 5 -c:v ffv1 film.mkv");
  const auto status = [&](const auto& change) {
    FilmOptions options = options_;
    change(options);
    try {
      colour_film(model_, folder_ / "film.mkv", folder_ / "out.mkv", options, session_);
      return COLOURIZE_OK;
    } catch (const Failure& failure) {
      return failure.status();
    }
  };
  EXPECT_EQ(status([](FilmOptions& options) { options.codec = "wax"; }), COLOURIZE_INVALID);
  EXPECT_EQ(status([](FilmOptions& options) { options.crf = 52; }), COLOURIZE_INVALID);
  EXPECT_EQ(status([](FilmOptions& options) { options.stabilise = 1.5; }), COLOURIZE_INVALID);
  EXPECT_EQ(status([](FilmOptions& options) { options.from = options.to = 2; }), COLOURIZE_INVALID);
  EXPECT_EQ(status([](FilmOptions& options) { options.max_megapixels = 0; }), COLOURIZE_INVALID);
  EXPECT_EQ(status([](FilmOptions&) {}), COLOURIZE_OK);
}

}  // namespace
}  // namespace colourize
