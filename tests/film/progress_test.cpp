// What a film tells of its progress.
#include <gtest/gtest.h>

#include "engine/generators/generator.h"
#include "film/film.h"
#include "tests/support/films.h"

namespace colourize::film {
namespace {

class FilmProgressTest : public tests::FilmProgram {
 protected:
  void SetUp() override { log_libav_to(ignore_warnings); }

  FilmResult colour(const std::string& source, bool verify, const FilmCallbacks& callbacks) const {
    return colourize_film(folder_ / source, folder_ / "out.mkv", generator_,
                          {.session = {.render_factor = 8, .together = 0}, .verify = verify}, callbacks);
  }

  const Generator generator_ = build_generator(weights::Weights::builtin());
};

// Twenty pictures a second, though the container was told 25: it has no count of them, only times.
TEST_F(FilmProgressTest, CountsByTimesWhereTheRateIsWrong) {
  ffmpeg("PICTURES -vf setpts=N/20/TB -vsync vfr -t 15 -c:v ffv1 film.mkv");
  std::vector<FilmProgress> seen;
  const FilmResult result =
      colour("film.mkv", true,
             {.progress = [&](const FilmProgress& now) { seen.push_back(now); }, .stop = {}, .warn = ignore_warnings});
  ASSERT_EQ(result.frames, 300);
  ASSERT_EQ(seen.size(), 602U);  // 300 coloured; joining; 0 to 300 verified
  EXPECT_NEAR(static_cast<double>(seen[0].expected), 375, 2);
  EXPECT_NEAR(static_cast<double>(seen[250].expected), 300, 2);
  for (std::size_t i = 0; i < seen.size(); ++i) {
    EXPECT_EQ(seen[i].step, i < 300 ? FilmStep::colouring : i == 300 ? FilmStep::joining : FilmStep::verifying);
    EXPECT_LE(seen[i].done, seen[i].expected);
  }
  EXPECT_EQ(seen.back().done, 300);
  EXPECT_EQ(seen.back().expected, 300);
}

// A broadcast's times begin anywhere.
TEST_F(FilmProgressTest, CountsFromTheFilmsOwnBeginning) {
  ffmpeg("PICTURES -t 15 -c:v mpeg2video -output_ts_offset 3600 film.ts");
  Input input(folder_ / "film.ts", ignore_warnings);
  Decoder decoder(input, {}, ignore_warnings);
  while (decoder.next()) {
  }
  EXPECT_NEAR(decoder.seconds_shown(), 15, 0.1);
  std::int64_t expected = 0;
  colour("film.ts", false,
         {.progress =
              [&](const FilmProgress& now) {
                if (now.done > 300 && now.step == FilmStep::colouring) expected = now.expected;
              },
          .stop = {},
          .warn = ignore_warnings});
  EXPECT_NEAR(static_cast<double>(expected), 375, 3);
}

// The film is whole by then, and stays.
TEST_F(FilmProgressTest, AnInterruptBreaksOffTheVerificationAlone) {
  ffmpeg("PICTURES -t 2 -c:v ffv1 film.mkv");
  const FilmResult result = colour(
      "film.mkv", true, {.progress = {}, .stop = [&] { return exists(folder_ / "out.mkv"); }, .warn = ignore_warnings});
  EXPECT_TRUE(result.whole);
  EXPECT_FALSE(result.verified);
  EXPECT_EQ(luma_sums("out.mkv").size(), 50U);
  EXPECT_EQ(names(), (std::vector<std::string>{"film.mkv", "out.mkv"}));
}

}  // namespace
}  // namespace colourize::film
