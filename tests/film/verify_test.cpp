// Whether a difference between a film and its source is seen, by films that ffmpeg has made to differ.
#include "film/verify.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "system/error.h"
#include "tests/support/films.h"

namespace colourize::film {
namespace {

class Verify : public tests::FilmProgram {
 protected:
  void SetUp() override { ffmpeg("PICTURES -t 0.8 -c:v ffv1 source.mkv"); }

  LumaCheck check(const std::string& target, VideoCodec codec = VideoCodec::ffv1) const {
    VideoFormat format;
    format.options.codec = codec;
    format.frames = {.width = 96, .height = 64};
    return verify_film(folder_ / "source.mkv", folder_ / target, format, {}, {}, ignore_warnings);
  }
  void expect_difference(const std::string& target, const std::string& words) const {
    try {
      check(target);
      ADD_FAILURE() << target << " is said to be the same";
    } catch (const Error& problem) {
      EXPECT_THAT(problem.what(), testing::HasSubstr(words));
    }
  }
};

TEST_F(Verify, TakesOtherColoursAsTheSame) {
  ffmpeg("-i source.mkv -vf lutyuv=u=val+20 -c:v ffv1 coloured.mkv");
  EXPECT_EQ(check("coloured.mkv"), LumaCheck::same);
  EXPECT_EQ(check("coloured.mkv", VideoCodec::h264), LumaCheck::impossible);
}

TEST_F(Verify, IsBrokenOffWhereAsked) {
  ffmpeg("-i source.mkv -frames:v 7 -c copy shorter.mkv");
  VideoFormat format;
  format.options.codec = VideoCodec::h264;
  const auto may_continue = [](std::int64_t frames) { return frames < 5; };
  EXPECT_EQ(verify_film(folder_ / "source.mkv", folder_ / "shorter.mkv", format, {}, may_continue, ignore_warnings),
            LumaCheck::stopped);
}

TEST_F(Verify, SeesASampleThatDiffers) {
  ffmpeg("-i source.mkv -vf \"drawbox=x=95:y=63:w=1:h=1:color=white:t=fill:enable='eq(n,7)'\" -c:v ffv1 changed.mkv");
  expect_difference("changed.mkv", "differs in the luma of frame 7");
}

TEST_F(Verify, SeesPicturesThatAreMissingOrTooMany) {
  ffmpeg("-i source.mkv -frames:v 19 -c copy shorter.mkv");
  ffmpeg("PICTURES -t 0.84 -c:v ffv1 longer.mkv");
  expect_difference("shorter.mkv", "has fewer frames than the source: the target ends after 19 frames");
  expect_difference("longer.mkv", "has more frames than the source: the source ends after 20 frames");
}

TEST_F(Verify, SeesATimeThatDiffers) {
  ffmpeg(
      "-i source.mkv -vf \"setpts='PTS+gte(N,5)*0.003/TB'\" -vsync passthrough -enc_time_base 1/1000 -c:v ffv1 "
      "later.mkv");
  expect_difference("later.mkv", "shows frame 5 0.0030 s off the source's time");
}

TEST_F(Verify, SeesAnotherSize) {
  ffmpeg("-i source.mkv -vf crop=48:64 -c:v ffv1 narrow.mkv");
  expect_difference("narrow.mkv", "has the wrong size in frame 0");
}

}  // namespace
}  // namespace colourize::film
