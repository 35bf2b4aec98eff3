// Films that are hostile, broken or merely odd: a sentence each, and nothing lost that could be kept.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cstdlib>

#include <nlohmann/json.hpp>

#include "tests/support/films.h"
#include "tests/support/golden.h"

namespace colourize {
namespace {

using testing::HasSubstr;

class OddFilms : public tests::FilmProgram {
 protected:
  // The file with `count` bytes of noise a third of the way in.
  void damage(const std::string& file, const std::string& damaged, std::size_t count) const {
    std::string content = tests::read_file(folder_ / file);
    ASSERT_GT(content.size(), 4 * count);
    std::uint32_t state = 1;
    for (std::size_t i = content.size() / 3; i < content.size() / 3 + count; ++i) {
      state = state * 1664525 + 1013904223;
      content[i] = static_cast<char>(state >> 24);
    }
    tests::write_file(folder_ / damaged, content);
  }
  void make_cut(const std::string& file, const std::string& cut, double share) const {
    const std::string content = tests::read_file(folder_ / file);
    tests::write_file(folder_ / cut,
                      content.substr(0, static_cast<std::size_t>(static_cast<double>(content.size()) * share)));
  }
};

TEST_F(OddFilms, RefusesWhatIsNoFilm) {
  tests::write_file(folder_ / "empty.mkv", "");
  tests::write_file(folder_ / "text.mkv", "Dear mother, the weather is fine.\n");
  // Files that name others: nothing that they name is opened.
  tests::write_file(folder_ / "list.mkv",
                    "#EXTM3U\n#EXT-X-TARGETDURATION:5\n#EXTINF:5,\n/etc/passwd\n#EXT-X-ENDLIST\n");
  tests::write_file(folder_ / "list.mp4", "ffconcat version 1.0\nfile '/etc/hostname'\n");
  std::filesystem::create_directory(folder_ / "folder.mkv");
  ffmpeg("-f lavfi -i sine -t 0.5 sound.mkv");
  ffmpeg("PICTURES -frames:v 0 -c:v libx264 none.mkv");
  expect_refusal("empty.mkv", "empty.mkv: is empty");
  expect_refusal("text.mkv", "text.mkv: is not a film that can be read");
  expect_refusal("list.mkv", "list.mkv: is not a film that can be read");
  expect_refusal("list.mp4", "list.mp4: is not a film that can be read");
  expect_refusal("missing.mkv", "missing.mkv: cannot be opened: No such file");
  expect_refusal("sound.mkv", "sound.mkv: has no video stream");
  expect_refusal("none.mkv", "none.mkv: ");
}

TEST_F(OddFilms, TakesAFilmWhoseNameLooksLikeAnAddress) {
  ffmpeg("PICTURES -t 0.2 -c:v libx264 film.mkv");
  copy((folder_ / "film.mkv").string(), "http:film.mkv");
  EXPECT_EQ(run("http:film.mkv -o out.mkv --render-factor 8").code, 0);
}

TEST_F(OddFilms, RefusesWhatIsEncrypted) {
  ffmpeg(
      "PICTURES -t 0.4 -c:v libx264 -encryption_scheme cenc-aes-ctr -encryption_key 76a6c65c5ea762046bd749a2e632ccbb "
      "-encryption_kid a7e61c373e219033c21091fa607bf3b8 film.mp4");
  expect_refusal("film.mp4", "film.mp4: its video is encrypted");
}

TEST_F(OddFilms, RefusesAContainerThatCannotHoldAStreamBeforeTheFirstPicture) {
  tests::write_file(folder_ / "words.srt", "1\n00:00:00,200 --> 00:00:00,700\nGood evening\n");
  ffmpeg("PICTURES -i words.srt -t 0.8 -map 0 -map 1 -c:v libx264 -c:s srt film.mkv");
  expect_refusal("film.mkv -o film.mp4",
                 "film.mp4: stream 1 (subtitle, subrip) cannot be held by this container; choose the extension .mkv");
  expect_refusal("film.mkv -o film.gif", "choose .mkv, .mp4, .mov or .avi");
  ffmpeg("PICTURES -t 0.4 -c:v libx264 plain.mp4");
  turn("plain.mp4", 90, "turned.mov");
  expect_refusal("turned.mov -o turned.avi", "the player must turn its frames, which this container cannot store");
}

TEST_F(OddFilms, PassesOverWhatIsBrokenAndKeepsTheTimes) {
  ffmpeg("PICTURES -t 4 -c:v libx264 -g 12 film.mkv");
  damage("film.mkv", "broken.mkv", 3000);
  const tests::Outcome outcome = run("broken.mkv -o out.mkv --render-factor 8");
  EXPECT_EQ(outcome.code, 0) << outcome.text;
  EXPECT_THAT(outcome.text, HasSubstr("has no frame from "));
  EXPECT_THAT(outcome.text, HasSubstr("1 gaps without frames"));
  const auto whole = frame_times("film.mkv");
  const auto times = frame_times("out.mkv");
  EXPECT_EQ(times, frame_times("broken.mkv"));
  ASSERT_GT(times.size(), whole.size() / 3);
  EXPECT_LT(times.size(), whole.size());
  EXPECT_EQ(times.back(), whole.back());
}

TEST_F(OddFilms, SaysThatAFilmIsCutShort) {
  ffmpeg("PICTURES -t 4 -c:v libx264 -g 12 film.mkv");
  make_cut("film.mkv", "cut.mkv", 0.6);
  const tests::Outcome outcome = run("cut.mkv -o out.mkv --render-factor 8");
  EXPECT_EQ(outcome.code, 0) << outcome.text;
  EXPECT_THAT(outcome.text, HasSubstr("it may be truncated"));
  EXPECT_EQ(frame_times("out.mkv"), frame_times("cut.mkv"));
  ffmpeg("PICTURES -t 0.4 -c:v libx264 film.mp4");
  make_cut("film.mp4", "cut.mp4", 0.5);  // its index is at the end
  expect_refusal("cut.mp4", "cut.mp4: cannot be read: the data is damaged");
}

TEST_F(OddFilms, MakesUpTimesThatAreMissing) {
  ffmpeg("PICTURES -t 0.8 -c:v libx264 -bf 0 -f h264 film.mkv");  // a bare stream, whatever its name says
  const tests::Outcome outcome = run("film.mkv -o out.mkv --render-factor 8");
  EXPECT_EQ(outcome.code, 0) << outcome.text;
  EXPECT_THAT(outcome.text, HasSubstr("20 times were estimated"));
  const auto times = frame_times("out.mkv");
  ASSERT_EQ(times.size(), 20U);
  EXPECT_EQ(times.back() - times.front(), 19 * 40);
}

TEST_F(OddFilms, MakesUpTimesThatDoNotRise) {
  ffmpeg("PICTURES -frames:v 8 -c:v ffv1 -bsf:v \"setts=ts='if(eq(N,4),120,40*N)':time_base=1/1000\" film.mkv");
  const tests::Outcome outcome = run("film.mkv -o out.mkv --render-factor 8");
  EXPECT_EQ(outcome.code, 0) << outcome.text;
  EXPECT_THAT(outcome.text, HasSubstr("1 times were estimated"));
  EXPECT_EQ(frame_times("out.mkv"), (std::vector<std::int64_t>{0, 40, 80, 120, 121, 200, 240, 280}));
}

TEST_F(OddFilms, CountsPicturesThatAreDamaged) {
  ffmpeg("PICTURES -t 1 -c:v mpeg2video -q:v 2 -g 12 -bf 0 -f mpeg2video film.mpg");
  damage("film.mpg", "broken.mpg", 40);
  const tests::Outcome outcome = run("broken.mpg -o out.mkv --render-factor 8");
  EXPECT_EQ(outcome.code, 0) << outcome.text;
  EXPECT_THAT(outcome.text, HasSubstr(" frames were damaged"));
}

TEST_F(OddFilms, CallsH265AsPlayersByAppleKnowIt) {
  ffmpeg("PICTURES -t 0.2 -c:v libx264 film.mp4");
  ASSERT_EQ(run("film.mp4 -o out.mp4 --codec h265 --render-factor 8").code, 0);
  EXPECT_EQ(probe("out.mp4", "-show_streams").at("streams")[0].at("codec_tag_string"), "hvc1");
}

TEST_F(OddFilms, KeepsTimesBelowZero) {
  ffmpeg(
      "PICTURES -f lavfi -i sine=sample_rate=48000 -t 1 -c:v libx264 -bf 0 -c:a pcm_s16le -output_ts_offset -0.5 "
      "film.mov");
  const tests::Outcome outcome = run("film.mov -o out.mov --render-factor 8");
  ASSERT_EQ(outcome.code, 0) << outcome.text;
  EXPECT_EQ(frame_times("out.mov"), frame_times("film.mov"));
}

TEST_F(OddFilms, KeepsACoverAndDoesNotColourIt) {
  copy(tests::folder + "golden/astronaut-181x133.png", "cover.png");
  ffmpeg("-i cover.png PICTURES -t 0.6 -map 0 -map 1 -c:v:0 png -c:v:1 libx264 -disposition:v:0 attached_pic film.mp4");
  ASSERT_EQ(run("film.mp4 -o out.mp4 --render-factor 8").code, 0);
  ASSERT_EQ(run("film.mp4 -o out.mkv --render-factor 8").code, 0);
  ASSERT_EQ(run("out.mkv -o again.mkv --render-factor 8").code, 0);
  for (const std::string target : {"out.mp4", "out.mkv", "again.mkv"}) {
    const auto streams = probe(target, "-show_streams").at("streams");
    ASSERT_EQ(streams.size(), 2U) << target;
    for (const auto& stream : streams) {
      const bool cover = stream.at("codec_name") == "png";
      EXPECT_EQ(stream.at("disposition").at("attached_pic"), cover ? 1 : 0) << target;
      EXPECT_EQ(stream.at("width"), cover ? 181 : 96);
    }
  }
  ffmpeg(
      "-i cover.png -f lavfi -i sine -t 0.5 -map 0 -map 1 -c:v png -c:a aac -disposition:v:0 attached_pic album.mp4");
  expect_refusal("album.mp4", "album.mp4: has no video stream");
}

TEST_F(OddFilms, TurnsPicturesForTheGeneratorOnly) {
  ffmpeg("PICTURES -t 0.4 -c:v libx264 plain.mp4");
  turn("plain.mp4", 90, "film.mov");
  ASSERT_EQ(run("film.mov -o out.mov --render-factor 8").code, 0);
  expect_same_but_frames("film.mov", "out.mov");
}

// Stored on its side, with a note that turns it upright for who looks: it has the upright film's colours.
TEST_F(OddFilms, ColoursATurnedFilmAsItIsSeen) {
  ffmpeg("PICTURES -t 0.4 -c:v ffv1 upright.mov");
  ffmpeg("-i upright.mov -vf transpose=cclock -c:v ffv1 side.mov");
  turn("side.mov", 270, "turned.mov");
  const auto chroma = [&](const std::string& film) {
    EXPECT_EQ(run(film + ".mov -o " + film + ".out.mov --codec ffv1 --render-factor 8 --stabilise 0").code, 0);
    // ffmpeg turns what it reads.
    ffmpeg("-i " + film + ".out.mov -frames:v 1 -vf extractplanes=u+v[u][v],[u][v]hstack -f rawvideo " + film + ".raw");
    return tests::read_file(folder_ / (film + ".raw"));
  };
  const std::string upright = chroma("upright");
  const std::string turned = chroma("turned");
  ASSERT_EQ(upright.size(), 2U * 48 * 32);
  ASSERT_EQ(turned.size(), upright.size());
  double difference = 0;
  for (std::size_t i = 0; i < upright.size(); ++i) {
    difference += std::abs(static_cast<unsigned char>(upright[i]) - static_cast<unsigned char>(turned[i]));
  }
  // Rows and columns are resized in another order.
  EXPECT_LT(difference / static_cast<double>(upright.size()), 0.3);
}

// On a small disk of its own, where this may be mounted.
TEST_F(OddFilms, GoesOnWhenAFullDiskHasRoomAgain) {
  const std::string disk = (folder_ / "disk").string();
  std::filesystem::create_directory(disk);
  if (tests::shell("mount -t tmpfs -o size=200k none '" + disk + "'").code != 0) GTEST_SKIP() << "cannot mount";
  ffmpeg("PICTURES -t 12 -vf noise=alls=20:allf=t -c:v libx264 film.mkv");
  const std::string command = "film.mkv --render-factor 8 --crf 10 -o ";
  // Too little for a segment: the disk says so. Enough for one: what that took says that the rest will not fit.
  const tests::Outcome full = run(command + "disk/out.mkv");
  EXPECT_EQ(full.code, 1);
  EXPECT_THAT(full.text, HasSubstr("No space left on device"));
  EXPECT_EQ(tests::shell("mount -o remount,size=700k '" + disk + "'").code, 0);
  const tests::Outcome fuller = run(command + "disk/out.mkv");
  EXPECT_EQ(fuller.code, 1);
  EXPECT_THAT(fuller.text, HasSubstr("free disk space and run the same command again to resume"));
  EXPECT_FALSE(std::filesystem::exists(disk + "/out.mkv"));
  EXPECT_TRUE(std::filesystem::exists(disk + "/out.mkv.journal/segment-000000.json")) << fuller.text;
  EXPECT_EQ(tests::shell("mount -o remount,size=60M '" + disk + "'").code, 0);
  const tests::Outcome resumed = run(command + "disk/out.mkv");
  EXPECT_EQ(resumed.code, 0) << resumed.text;
  EXPECT_THAT(resumed.text, HasSubstr("from an earlier call"));
  ASSERT_EQ(run(command + "whole.mkv").code, 0);
  EXPECT_EQ(tests::read_file(folder_ / "whole.mkv"), tests::read_file(disk + "/out.mkv"));
  EXPECT_EQ(tests::shell("umount '" + disk + "'").code, 0);
}

TEST_F(OddFilms, RefusesADiskThatIsTooSmallBeforeTheFirstPicture) {
  const std::string disk = (folder_ / "disk").string();
  std::filesystem::create_directory(disk);
  if (tests::shell("mount -t tmpfs -o size=100k none '" + disk + "'").code != 0) GTEST_SKIP() << "cannot mount";
  ffmpeg("PICTURES -t 60 -c:v libx264 film.mkv");
  expect_refusal("film.mkv --codec ffv1 -o disk/out.mkv", "more disk space for its segments and the film");
  EXPECT_EQ(tests::shell("umount '" + disk + "'").code, 0);
}

}  // namespace
}  // namespace colourize
