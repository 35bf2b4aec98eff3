// What a film has beside its pictures comes out as it went in, and so does each picture's luma: films of many kinds,
// ffmpeg's word on both sides.
#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

#include "tests/support/films.h"

namespace colourize {
namespace {

struct FilmCase {
  std::string name;
  std::string extension;
  std::string arguments;           // of ffmpeg; PICTURES, and SOUND for a second input
  std::string target;              // another extension than the source's; empty: the same
  std::string format = "yuv420p";  // of the pixels that are written
};

void PrintTo(const FilmCase& film, std::ostream* out) {
  *out << film.name;
}

class Carrying : public tests::FilmProgram, public testing::WithParamInterface<FilmCase> {
 protected:
  void SetUp() override {
    tests::write_file(
        folder_ / "words.srt",
        "1\n00:00:00,200 --> 00:00:00,700\nGood evening\n\n2\n00:00:00,900 --> 00:00:01,100\nGood night\n");
    tests::write_file(folder_ / "chapters.txt",
                      ";FFMETADATA1\ntitle=The Comedy\n[CHAPTER]\nTIMEBASE=1/1000\nSTART=0\nEND=500\ntitle=One\n"
                      "[CHAPTER]\nTIMEBASE=1/1000\nSTART=500\nEND=1200\ntitle=Two\n");
    std::string arguments = GetParam().arguments;
    const std::string sound = "-f lavfi -i \"sine=440:sample_rate=44100\"";
    for (std::size_t at = 0; (at = arguments.find("SOUND")) != std::string::npos;) arguments.replace(at, 5, sound);
    source_ = "film" + GetParam().extension;
    ffmpeg(arguments + " " + source_);
  }

  std::string source_;
};

TEST_P(Carrying, KeepsAllButTheColours) {
  const std::string target = "out" + (GetParam().target.empty() ? GetParam().extension : GetParam().target);
  const tests::Outcome outcome = run(source_ + " -o " + target + " --render-factor 8");
  ASSERT_EQ(outcome.code, 0) << outcome.text;
  expect_same_but_frames(source_, target);
  const auto before = probe(source_, "-show_streams -select_streams v:0").at("streams")[0];
  const auto after = probe(target, "-show_streams -select_streams v:0").at("streams")[0];
  EXPECT_EQ(after.at("codec_name"), "h264");
  EXPECT_EQ(after.at("pix_fmt"), GetParam().format);
  EXPECT_EQ(before.value("r_frame_rate", ""), after.value("r_frame_rate", ""));
  if (before.value("field_order", "progressive") != "progressive") {
    // Which field is shown first: the second letter. The first one says which is stored first, and H.264 stores both as
    // one picture. (FFmpeg 7 calls any MPEG-2 in .mov "bt".)
    EXPECT_EQ(before.at("field_order").get<std::string>().at(1), after.at("field_order").get<std::string>().at(1));
  }
  EXPECT_TRUE(after.contains("color_space"));
  EXPECT_EQ(after.value("color_primaries", ""), before.value("color_primaries", "smpte170m"));
  EXPECT_EQ(after.value("color_transfer", ""), before.value("color_transfer", "smpte170m"));
  // What is cut out of its container says so too.
  ffmpeg("-i " + target + " -map 0:v:0 -c copy -f h264 bare.h264");
  const auto bare = probe("bare.h264", "-show_streams").at("streams")[0];
  EXPECT_EQ(before.value("sample_aspect_ratio", "1:1"), bare.value("sample_aspect_ratio", "1:1"));
  std::filesystem::remove(folder_ / "bare.h264");
  EXPECT_EQ(names(), (std::vector<std::string>{"chapters.txt", source_, target, "words.srt"}));
}

TEST_P(Carrying, KeepsLumaBitForBitInALosslessCodec) {
  // Matroska has no subtitles of mp4's.
  const std::string target = GetParam().extension == ".mp4" ? "out.mov" : "out.mkv";
  const tests::Outcome outcome = run(source_ + " -o " + target + " --codec ffv1 --verify --render-factor 8");
  ASSERT_EQ(outcome.code, 0) << outcome.text;
  EXPECT_THAT(outcome.text, testing::HasSubstr("every bit of luma"));
  const std::vector<std::string> sums = luma_sums(source_);
  EXPECT_GT(sums.size(), 1U);
  EXPECT_EQ(sums, luma_sums(target));
}

const std::string x264 = " -c:v libx264 -preset ultrafast ";

INSTANTIATE_TEST_SUITE_P(
    Films, Carrying,
    testing::Values(
        FilmCase{"MatroskaWithEverything", ".mkv",
                 "PICTURES SOUND SOUND -i words.srt -i chapters.txt -t 1.2 -map 0 -map 1 -map 2 -map 3 -map_metadata 4 "
                 "-attach words.srt -metadata:s:t mimetype=text/plain -c:a:0 aac -c:a:1 flac -c:s srt "
                 "-metadata:s:a:0 language=fra -metadata:s:a:1 language=eng -metadata:s:s:0 language=deu "
                 "-disposition:a:0 0 -disposition:a:1 default -metadata:s:v:0 title=Street" +
                     x264},
        FilmCase{"Mp4", ".mp4",
                 "PICTURES SOUND SOUND -i words.srt -i chapters.txt -t 1.2 -map 0 -map 1 -map 2 -map 3 -map_metadata 4 "
                 "-c:a:0 aac -c:a:1 ac3 -c:s mov_text -metadata:s:a:0 language=fra -bf 2" +
                     x264},
        FilmCase{"TelevisionRate", ".mov",
                 "PICTURES SOUND -t 1.2 -r 24000/1001 -c:a pcm_s16le -timecode 01:02:03:04" + x264},
        FilmCase{"Avi", ".avi", "PICTURES SOUND -t 1.2 -c:v mpeg4 -c:a mp3"},
        FilmCase{"AviMotionJpeg", ".avi", "PICTURES -t 0.6 -c:v mjpeg -pix_fmt yuvj422p", "", "yuvj420p"},
        FilmCase{"Mpeg2ProgramStream", ".mpg", "PICTURES SOUND -t 1.2 -c:v mpeg2video -c:a mp2", ".mkv"},
        FilmCase{"TransportStream", ".ts", "PICTURES SOUND -t 1.2 -c:a mp2" + x264, ".mkv"},
        FilmCase{"ProRes", ".mov", "PICTURES SOUND -t 0.6 -c:v prores_ks -pix_fmt yuv422p10le -c:a pcm_s24le", "",
                 "yuv420p10le"},
        FilmCase{"TenBits", ".mkv", "PICTURES -t 0.6 -pix_fmt yuv420p10le" + x264, "", "yuv420p10le"},
        FilmCase{"Ffv1Grey", ".mkv", "PICTURES -t 0.6 -c:v ffv1 -pix_fmt gray", "", "yuvj420p"},
        FilmCase{"Ffv1Grey10", ".mkv", "PICTURES -t 0.6 -c:v ffv1 -pix_fmt gray10le", "", "yuv420p10le"},
        FilmCase{"FullRange", ".mkv", "PICTURES -t 0.6 -color_range pc -pix_fmt yuvj420p" + x264, "", "yuvj420p"},
        FilmCase{"VariableRate", ".mkv",
                 "PICTURES -t 1.2 -vf \"select='not(eq(mod(n,7),3))*not(between(n,11,17))'\" -vsync vfr" + x264},
        FilmCase{"VariableRateMp4", ".mp4",
                 "PICTURES -t 1.2 -vf \"select='not(eq(mod(n,7),3))*not(between(n,11,17))'\" -vsync vfr -bf 3" + x264},
        FilmCase{"OddSize", ".mkv", "PICTURES -t 0.6 -vf format=yuv444p,crop=95:63 -c:v ffv1 -pix_fmt yuv444p", "",
                 "yuv444p"},
        FilmCase{"OddHeight", ".mkv", "PICTURES -t 0.6 -vf format=gray,crop=96:63 -c:v ffv1 -pix_fmt gray", "",
                 "yuvj422p"},
        FilmCase{"OnePixel", ".mkv", "PICTURES -t 0.6 -vf format=yuv444p,crop=1:1 -c:v ffv1 -pix_fmt yuv444p", "",
                 "yuv444p"},
        FilmCase{"Anamorphic", ".mkv", "PICTURES -t 0.6 -vf setsar=16/15" + x264},
        FilmCase{"Interlaced", ".mkv", "PICTURES -t 0.6 -vf setfield=tff -flags +ilme+ildct -x264-params tff=1" + x264},
        FilmCase{"InterlacedMpeg2", ".mov",
                 "PICTURES -t 0.6 -vf setfield=bff -flags +ilme+ildct -top 0 -c:v mpeg2video"},
        FilmCase{"LateBeginning", ".mkv", "PICTURES -itsoffset 3 SOUND -t 4.2 -map 0 -map 1 -c:a flac" + x264}),
    [](const auto& param) { return param.param.name; });

}  // namespace
}  // namespace colourize
