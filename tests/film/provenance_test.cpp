// What films say of themselves, by ffprobe; their records; and what counts as done.
#include "film/provenance.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

#include "engine/generators/ensemble.h"
#include "film/video/statement.h"
#include "tests/support/films.h"

namespace colourize {
namespace {

namespace fs = std::filesystem;
using testing::HasSubstr;
using testing::StartsWith;

const std::string mark = "colourize: {";
const std::string composite = "http://cv.iptc.org/newscodes/digitalsourcetype/compositeWithTrainedAlgorithmicMedia";

class FilmProvenance : public tests::FilmProgram {
 protected:
  void SetUp() override { ffmpeg("PICTURES -frames:v 6 -metadata comment='from an attic' -c:v ffv1 film.mkv"); }

  // The container's comment, under the key that it has there.
  std::string comment_of(const std::string& film) const {
    const nlohmann::json answer = probe(film, "-show_entries format_tags");
    for (const auto& [key, value] : answer.at("format").at("tags").items()) {
      if (key == "comment" || key == "COMMENT") return value.get<std::string>();
    }
    return "";
  }
};

TEST_F(FilmProvenance, IsInTheCommentOfEveryContainer) {
  for (const std::string extension : {"mkv", "mp4", "m4v", "mov", "avi"}) {
    const std::string name = "out." + extension;
    ASSERT_EQ(run("film.mkv -o " + name + " --crf 20 --render-factor 8").code, 0);
    const std::string comment = comment_of(name);
    EXPECT_THAT(comment, StartsWith("from an attic\n" + mark)) << name;
    const auto stated = nlohmann::json::parse(comment.substr(comment.find('{')));
    EXPECT_EQ(stated.at("DigitalSourceType"), composite);
    EXPECT_EQ(stated.at("Generator"), "lite");
    EXPECT_EQ(stated.at("RenderFactor"), "8");
    EXPECT_EQ(stated.at("Options"), "crf 20");
    EXPECT_EQ(stated.at("SourceBytes"), std::to_string(fs::file_size(folder_ / "film.mkv")));
    // Coloured again, it says so once; and not at all where that is asked for.
    ASSERT_EQ(run(name + " -o again.mkv --render-factor 8").code, 0);
    const std::string again = comment_of("again.mkv");
    EXPECT_THAT(again, StartsWith("from an attic\n" + mark)) << name;
    EXPECT_EQ(again.find(mark), again.rfind(mark));
    EXPECT_THAT(again, HasSubstr(R"("Options":"")"));
    ASSERT_EQ(run(name + " -o bare.mkv --render-factor 8 --no-provenance").code, 0);
    EXPECT_EQ(comment_of("bare.mkv"), "from an attic");
    for (const char* film : {"again.mkv", "bare.mkv"}) fs::remove(folder_ / film);
  }
}

TEST_F(FilmProvenance, DecidesWhatIsDone) {
  ASSERT_EQ(run("film.mkv --render-factor 8").code, 0);
  EXPECT_THAT(run("film.mkv --render-factor 8").text, HasSubstr("done before"));
  EXPECT_THAT(run("film.mkv --render-factor 8 --preset ultrafast").text, HasSubstr("not preset ultrafast"));
  const auto expect_left = [&](const std::string& options, const std::string& words) {
    const tests::Outcome outcome = run("film.mkv " + options);
    EXPECT_EQ(outcome.code, 1) << options;
    EXPECT_THAT(outcome.text, HasSubstr("film.mkv: is not coloured")) << options;
    EXPECT_THAT(outcome.text, HasSubstr(words)) << options;
  };
  expect_left("", "its render factor was 8, not 16");
  expect_left("--render-factor 8 --crf 20", "its options were none, not crf 20");
  expect_left("--render-factor 8 --codec ffv1 --from 0.1 --stabilise 0",
              "its options were none, not codec ffv1, from 0.1, stabilise 0");
  expect_left("--render-factor 8 --no-provenance", "it states how it was made");
  const auto made = fs::last_write_time(folder_ / "film.colour.mkv");
  fs::last_write_time(folder_ / "film.mkv", made + std::chrono::seconds(2));
  expect_left("--render-factor 8", "its source is newer than it");
  fs::last_write_time(folder_ / "film.mkv", made - std::chrono::seconds(2));
  fs::copy_file(folder_ / "film.mkv", folder_ / "film.colour.mkv", fs::copy_options::overwrite_existing);
  expect_left("--render-factor 8", "it does not state how it was made");
  fs::remove(folder_ / "film.colour.mkv");
  fs::create_symlink("film.mkv", folder_ / "film.colour.mkv");
  EXPECT_EQ(run("film.mkv --render-factor 8 --overwrite").code, 1);
  EXPECT_TRUE(fs::is_symlink(folder_ / "film.colour.mkv"));
}

TEST_F(FilmProvenance, MakesAFilmAgainFromItsRecord) {
  ASSERT_EQ(
      run("film.mkv -o out.mp4 --render-factor 8 --crf 30 --preset fast --from 0.04 --stabilise 0.25 --record").code,
      0);
  const std::string before = tests::read_file(folder_ / "out.mp4");
  fs::remove(folder_ / "out.mp4");
  const tests::Outcome again = run("--from-record out.mp4.json");
  EXPECT_EQ(again.code, 0) << again.text;
  EXPECT_EQ(tests::read_file(folder_ / "out.mp4"), before);
  EXPECT_EQ(run("--from-record out.mp4.json --overwrite --verify").code, 0);
}

// Each option that changes a film's bytes, and none that does not.
TEST(FilmStatement, HasTheOptionsThatAreNotTheUsualOnes) {
  const Ensemble lite(std::make_shared<const Generator>(build_generator(weights::Weights::builtin())));
  const auto options_with = [&](const auto& change) {
    film::FilmOptions options;
    change(options);
    return film::film_provenance(lite, options, "colourize 1").options;
  };
  using Options = film::FilmOptions;
  EXPECT_EQ(options_with([](Options&) {}), "");
  EXPECT_EQ(options_with([](Options& options) { options.codec.codec = film::VideoCodec::prores; }), "codec prores");
  EXPECT_EQ(options_with([](Options& options) { options.codec.crf = 0; }), "crf 0");
  EXPECT_EQ(options_with([](Options& options) { options.codec.preset = "slow"; }), "preset slow");
  EXPECT_EQ(options_with([](Options& options) { options.codec.pixel_format = "yuv444p"; }), "pixel format yuv444p");
  EXPECT_EQ(options_with([](Options& options) { options.range = {.from = 0.5, .to = 61}; }), "from 0.5, to 61");
  EXPECT_EQ(options_with([](Options& options) { options.stabilise = 1; }), "stabilise 1");
  EXPECT_EQ(options_with([](Options& options) { options.side_by_side = true; }), "side by side");
  EXPECT_EQ(options_with([](Options& options) { options.session.backend.precision = kernels::Precision::float16; }),
            "precision fp16");
  EXPECT_EQ(options_with([&](Options& options) { options.codec.preset = film::default_preset(lite.speed()); }), "");
  EXPECT_EQ(options_with([](Options& options) {
              options.verify = options.discard = true;
              options.megapixels = 1;
              options.session.backend.threads = 3;
            }),
            "");
  // Lossless and intermediate codecs have no quality to choose.
  EXPECT_EQ(options_with([](Options& options) {
              options.codec = {film::VideoCodec::ffv1, 3, "slow", {}};
            }),
            "codec ffv1");
}

TEST(FilmStatement, IsAddedReplacedAndRemoved) {
  const Provenance facts{.program = "colourize 1",
                         .generator = "li\"te\n",
                         .weights = "w",
                         .render_factor = "16",
                         .options = "",
                         .source_bytes = "",
                         .source_sha256 = ""};
  using film::statement_in;
  using film::with_statement;
  const std::string line = film::statement_line(facts);
  EXPECT_EQ(line.find('\n'), std::string::npos);
  for (const std::string comment : {"", "a", "a\nb", "colourize: it", "colourize: {\"a\":1}", "\xff"}) {
    const std::string once = with_statement(comment, facts);
    EXPECT_EQ(once, comment + (comment.empty() ? "" : "\n") + line);
    EXPECT_EQ(statement_in(once), facts);
    EXPECT_EQ(with_statement(once, facts), once);
    EXPECT_EQ(with_statement(once, {}), comment);
    EXPECT_EQ(with_statement(comment, {}), comment);
    EXPECT_FALSE(statement_in(comment));
    for (std::size_t length = comment.size() + 2; length + 1 < once.size(); ++length) {
      EXPECT_FALSE(statement_in(once.substr(0, length)));
    }
  }
  EXPECT_EQ(with_statement(line + "\nb", {}), "\nb");
  EXPECT_FALSE(statement_in("x" + line)) << "it begins no line";
}

}  // namespace
}  // namespace colourize
