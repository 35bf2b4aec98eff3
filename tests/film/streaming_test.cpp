// Films through pipes, parts of films, and pictures side by side.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

#include "tests/support/films.h"

namespace colourize {
namespace {

using testing::HasSubstr;

class Streaming : public tests::FilmProgram {};

TEST_F(Streaming, TakesAndGivesY4m) {
  for (const std::string format : {"yuv420p", "yuv422p", "yuv444p", "yuv420p10le", "gray"}) {
    ffmpeg("PICTURES -t 0.8 -vf setsar=16/15 -pix_fmt " + format + " -strict -1 in.y4m");
    const tests::Outcome outcome = run("- -o - --render-factor 8 <in.y4m >out.y4m");
    EXPECT_EQ(outcome.code, 0) << outcome.text;
    EXPECT_EQ(outcome.text, "") << format;
    EXPECT_EQ(luma_sums("in.y4m"), luma_sums("out.y4m")) << format;
    EXPECT_EQ(luma_sums("out.y4m").size(), 20U);
    const auto stream = probe("out.y4m", "-show_streams").at("streams")[0];
    EXPECT_EQ(stream.at("r_frame_rate"), "25/1");
    EXPECT_EQ(stream.at("sample_aspect_ratio"), "16:15");
    EXPECT_EQ(stream.at("pix_fmt"), format == "gray" ? "yuv420p" : format);
    EXPECT_EQ(stream.value("color_range", ""), format == "gray" ? "pc" : "tv");
  }
}

TEST_F(Streaming, GivesAFilmToAPipeAndTakesOneFromIt) {
  ffmpeg("PICTURES -f lavfi -i sine -t 0.8 -c:v libx264 -c:a aac film.mkv");
  const tests::Outcome out = run("film.mkv -o - --render-factor 8 >out.y4m");
  EXPECT_EQ(out.code, 0);
  EXPECT_THAT(out.text, HasSubstr("only its video goes to the standard output, not its 1 other streams"));
  EXPECT_EQ(luma_sums("out.y4m"), luma_sums("film.mkv"));
  ffmpeg("PICTURES -t 0.8 in.y4m");
  EXPECT_EQ(run("- -o in.mkv --codec ffv1 --render-factor 8 <in.y4m").code, 0);
  EXPECT_EQ(luma_sums("in.mkv"), luma_sums("in.y4m"));
  const tests::Outcome sound = run("- -o in2.mkv --render-factor 8 <film.mkv");
  EXPECT_EQ(sound.code, 1);
  EXPECT_THAT(sound.text, HasSubstr("has streams besides the video"));
  EXPECT_EQ(run("- --render-factor 8 <in.y4m").code, 2);
  EXPECT_EQ(run("- -o in3.mkv --verify <in.y4m").code, 2);
  EXPECT_EQ(run("- film.mkv -o - <in.y4m").code, 2);
}

TEST_F(Streaming, SaysThatAPipeLosesAVariableRate) {
  ffmpeg("PICTURES -t 1 -vf \"setpts='PTS+gte(N,10)*0.28/TB'\" -vsync vfr -c:v ffv1 film.mkv");
  const tests::Outcome outcome = run("film.mkv -o - --render-factor 8 >out.y4m");
  EXPECT_EQ(outcome.code, 0);
  EXPECT_THAT(outcome.text, HasSubstr("its frame at 0.680 s comes -0.280 s off"));
  EXPECT_THAT(outcome.text,
              HasSubstr("colourize: warning: the standard output has 25 frames a second, but the film's rate varies"));
}

TEST_F(Streaming, RefusesAPipeByName) {
  const tests::Outcome outcome = tests::shell(
      "cd '" + folder_.path().string() + "' && mkfifo film.mkv && timeout -s KILL 20 " COLOURIZE_PROGRAM " film.mkv");
  EXPECT_EQ(outcome.code, 1);
  EXPECT_THAT(
      outcome.text,
      HasSubstr("but colouring a film reads it twice; read it as the standard input: - -o film.colour.mkv <film.mkv"));
}

TEST_F(Streaming, SaysWhatDoesNothingForFilms) {
  ffmpeg("PICTURES -t 0.2 -c:v ffv1 film.mkv");
  const tests::Outcome outcome = run("film.mkv --exact --render-factor 8");
  EXPECT_EQ(outcome.code, 0);
  EXPECT_THAT(outcome.text, HasSubstr("--exact is for pictures"));
}

TEST_F(Streaming, RefusesPicturesThatAreTooLarge) {
  ffmpeg("-f lavfi -i color=gray:s=1200x840 -frames:v 2 -c:v ffv1 film.mkv");
  const tests::Outcome outcome = run("film.mkv --max-megapixels 1 --render-factor 8");
  EXPECT_EQ(outcome.code, 1);
  EXPECT_THAT(outcome.text, HasSubstr("has frames of 1200 x 840 pixels, more than 1 million"));
  EXPECT_EQ(run("film.mkv --max-megapixels 2 --render-factor 8").code, 0);
}

TEST_F(Streaming, EndsQuietlyWhenNobodyReads) {
  ffmpeg("PICTURES -t 20 -s 320x240 in.y4m");
  EXPECT_NE(run("- -o - --render-factor 8 <in.y4m | head -c 1000 >/dev/null; exit ${PIPESTATUS:-1}").code, 0);
}

TEST_F(Streaming, ColoursAPart) {
  tests::write_file(
      folder_ / "chapters.txt",
      ";FFMETADATA1\n[CHAPTER]\nTIMEBASE=1/1000\nSTART=0\nEND=500\n[CHAPTER]\nTIMEBASE=1/1000\nSTART=500\n"
      "END=1400\n[CHAPTER]\nTIMEBASE=1/1000\nSTART=1400\nEND=3000\n");
  ffmpeg(
      "PICTURES -f lavfi -i sine=sample_rate=48000 -i chapters.txt -t 3 -c:v libx264 -g 10 -bf 2 -c:a pcm_s16le "
      "film.mkv");
  const std::string part = "film.mkv -o part.mkv --codec ffv1 --verify --render-factor 8 --from 00:00:01 --to 2";
  const tests::Outcome outcome = run(part);
  ASSERT_EQ(outcome.code, 0) << outcome.text;
  const std::vector<std::string> all = luma_sums("film.mkv");
  ASSERT_EQ(all.size(), 75U);
  EXPECT_EQ(luma_sums("part.mkv"), std::vector<std::string>(all.begin() + 25, all.begin() + 50));
  const auto times = frame_times("part.mkv");
  EXPECT_EQ(times.front(), 0);
  EXPECT_EQ(times.back(), 960);
  // The sound of that second, from its beginning.
  const auto sound = packets("film.mkv", 1, 1000);
  std::vector<std::string> expected;
  std::vector<std::int64_t> expected_times;
  for (const auto& packet : sound) {
    if (packet.pts < 1000 || packet.pts >= 2000) continue;
    expected.push_back(packet.hash);
    expected_times.push_back(packet.pts - 1000);
  }
  std::vector<std::string> actual;
  std::vector<std::int64_t> actual_times;
  for (const auto& packet : packets("part.mkv", 1, 1000)) {
    actual.push_back(packet.hash);
    actual_times.push_back(packet.pts);
  }
  EXPECT_EQ(actual_times, expected_times);
  expect_interleaved("part.mkv");
  EXPECT_GT(actual.size(), 1U);
  EXPECT_EQ(actual, expected);
  const auto chapters = probe("part.mkv", "-show_chapters").at("chapters");
  ASSERT_EQ(chapters.size(), 2U);
  EXPECT_EQ(chapters[0].at("start_time"), "0.000000");
  EXPECT_EQ(chapters[0].at("end_time"), "0.400000");
  EXPECT_EQ(chapters[1].at("start_time"), "0.400000");
  EXPECT_EQ(chapters[1].at("end_time"), "1.000000");
  EXPECT_THAT(run("film.mkv -o none.mkv --from 7").text, HasSubstr("has no frame in that part"));
  EXPECT_EQ(run("film.mkv --from 2 --to 1").code, 2);
  EXPECT_EQ(run("film.mkv --from soon").code, 2);
}

// Where a container finds places by times of decoding, or begins later than at 0.
TEST_F(Streaming, ColoursAllOfAPartOfAnyContainer) {
  ffmpeg("PICTURES -f lavfi -i sine -t 2 -c:v libx264 -g 10 -bf 2 -c:a mp2 film.ts");
  ffmpeg("PICTURES -t 2 -c:v mpeg2video -g 10 -bf 2 film.mpg");
  ffmpeg("PICTURES -t 2 -c:v libx264 -g 10 -bf 2 -x264-params open-gop=1 film.mp4");
  for (const std::string film : {"film.ts", "film.mpg", "film.mp4"}) {
    const tests::Outcome outcome =
        run(film + " -o part.mkv --overwrite --codec ffv1 --verify --render-factor 8 --from 0.52 --to 1.28");
    ASSERT_EQ(outcome.code, 0) << outcome.text;
    const std::vector<std::string> all = luma_sums(film);
    ASSERT_EQ(all.size(), 50U);
    EXPECT_EQ(luma_sums("part.mkv"), std::vector<std::string>(all.begin() + 13, all.begin() + 32)) << film;
    if (film != "film.ts") continue;
    // The film, and so the part, begins with its first packet of sound.
    const auto sound = packets(film, 1, 1000);
    const auto part = packets("part.mkv", 1, 1000);
    const auto in_part = [&](const Packet& packet) {
      return packet.pts >= sound.front().pts + 520 && packet.pts < sound.front().pts + 1280;
    };
    EXPECT_EQ(static_cast<std::int64_t>(part.size()), std::ranges::count_if(sound, in_part));
    EXPECT_EQ(part.front().hash, std::ranges::find_if(sound, in_part)->hash);
  }
}

TEST_F(Streaming, WritesTheQualityThatIsAskedFor) {
  ffmpeg("PICTURES -t 0.4 -vf noise=alls=20:allf=t -c:v ffv1 film.mkv");
  for (const std::string codec : {"h264", "h265"}) {
    const std::string command = "film.mkv --overwrite --render-factor 8 --codec " + codec;
    ASSERT_EQ(run(command + " -o lossless.mkv --crf 0").code, 0);
    EXPECT_EQ(luma_sums("lossless.mkv"), luma_sums("film.mkv")) << codec;
    ASSERT_EQ(run(command + " -o good.mkv").code, 0);
    ASSERT_EQ(run(command + " -o bad.mkv --crf 40").code, 0);
    const auto size = [&](const std::string& file) { return std::filesystem::file_size(folder_ / file); };
    EXPECT_LT(2 * size("bad.mkv"), size("good.mkv")) << codec;
    EXPECT_LT(size("good.mkv"), size("lossless.mkv")) << codec;
  }
}

TEST_F(Streaming, PutsBeforeAndAfterSideBySide) {
  ffmpeg("PICTURES -t 0.8 -c:v libx264 film.mkv");
  ASSERT_EQ(run("film.mkv -o out.mkv --codec ffv1 --side-by-side --verify --render-factor 8").code, 0);
  ffmpeg("-i out.mkv -vf crop=96:64:0:0 -c:v ffv1 left.mkv");
  ffmpeg("-i out.mkv -vf crop=96:64:96:0 -c:v ffv1 right.mkv");
  EXPECT_EQ(luma_sums("left.mkv"), luma_sums("film.mkv"));
  EXPECT_EQ(luma_sums("right.mkv"), luma_sums("film.mkv"));
  // Grey at the left, colours at the right.
  const auto colours = [&](const std::string& file) {
    ffmpeg("-i " + file + " -frames:v 1 -vf extractplanes=u -pix_fmt gray -f rawvideo " + file + ".raw");
    const std::string values = tests::read_file(folder_ / (file + ".raw"));
    return std::count_if(values.begin(), values.end(),
                         [](char value) { return static_cast<unsigned char>(value) != 128; });
  };
  EXPECT_EQ(colours("left.mkv"), 0);
  EXPECT_GT(colours("right.mkv"), 48 * 32 / 2);
}

TEST_F(Streaming, WritesThePixelsThatAreAskedFor) {
  ffmpeg("PICTURES -t 0.4 -c:v libx264 film.mkv");
  const auto format_of = [&](const std::string& options) {
    const tests::Outcome outcome = run("film.mkv -o out.mkv --overwrite --render-factor 8 " + options);
    EXPECT_EQ(outcome.code, 0) << outcome.text;
    const auto stream = probe("out.mkv", "-show_streams").at("streams")[0];
    return stream.at("codec_name").get<std::string>() + " " + stream.at("pix_fmt").get<std::string>();
  };
  EXPECT_EQ(format_of("--codec ffv1 --pixel-format yuv444p10le"), "ffv1 yuv444p10le");
  EXPECT_EQ(format_of("--codec h265"), "hevc yuv420p");
  EXPECT_EQ(format_of("--codec h264 --pixel-format yuv422p"), "h264 yuv422p");
  EXPECT_EQ(format_of("--codec prores"), "prores yuv422p10le");
  EXPECT_THAT(run("film.mkv -o no.mkv --pixel-format rgb24").text, HasSubstr("pixel format rgb24: cannot be written"));
  EXPECT_THAT(run("film.mkv -o no.mkv --codec prores --pixel-format yuv420p").text, HasSubstr("choose yuv422p10le"));
}

TEST_F(Streaming, FindsFilmsInFolders) {
  std::filesystem::create_directories(folder_ / "in/sub");
  ffmpeg("PICTURES -t 0.4 -c:v libx264 in/a.mp4");
  ffmpeg("PICTURES -t 0.4 -c:v libvpx in/sub/b.webm");
  const tests::Outcome outcome = run("in -o out --render-factor 8");
  EXPECT_EQ(outcome.code, 0) << outcome.text;
  EXPECT_THAT(outcome.text, HasSubstr("2 coloured, 0 done before, 0 failed"));
  EXPECT_TRUE(std::filesystem::exists(folder_ / "out/a.mp4"));
  EXPECT_TRUE(std::filesystem::exists(folder_ / "out/sub/b.webm.mkv"));
  EXPECT_THAT(run("in -o out --render-factor 8").text, HasSubstr("0 coloured, 2 done before, 0 failed"));
}

TEST_F(Streaming, BeginsNoOtherFilmAfterAnInterrupt) {
  std::filesystem::create_directory(folder_ / "in");
  ffmpeg("PICTURES -frames:v 60 -c:v libx264 in/a.mkv");
  copy((folder_ / "in/a.mkv").string(), "in/b.mkv");
  const std::string journal = (folder_ / "out/a.mkv.journal/film.json").string();
  const tests::Outcome outcome = run("in -o out --render-factor 16 & while [ ! -e '" + journal +
                                     "' ] && kill -0 $!; do sleep 0.01; done; kill -TERM $!; wait $!");
  EXPECT_EQ(outcome.code, 1) << outcome.text;
  EXPECT_EQ(tests::names_in(folder_ / "out"), std::vector<std::string>{"a.mkv"});
}

TEST_F(Streaming, PrintsJsonForMachines) {
  ffmpeg("PICTURES -t 0.8 -c:v libx264 film.mkv");
  const tests::Outcome outcome = run("film.mkv --json --verify --render-factor 8");
  ASSERT_EQ(outcome.code, 0);
  const auto film = nlohmann::json::parse(outcome.text.substr(0, outcome.text.find('\n')));
  EXPECT_EQ(film.at("status"), "done");
  EXPECT_EQ(film.at("pictures"), 20);
  EXPECT_EQ(film.at("verified"), true);
  EXPECT_EQ(film.at("luma_verified"), false);
  EXPECT_EQ(film.at("lost"), 0);
}

}  // namespace
}  // namespace colourize
