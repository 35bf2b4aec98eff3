// A film that several generators colour together, interrupted and resumed.
#include "engine/generators/ensemble.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

#include "film/identity.h"
#include "tests/support/films.h"
#include "tests/support/golden.h"
#include "tests/support/json_lines.h"
#include "tests/support/recipe.h"

namespace colourize {
namespace {

using testing::HasSubstr;
namespace fs = std::filesystem;

class EnsembleFilm : public tests::FilmProgram {
 protected:
  // Three segments and a part of one, with a cut.
  void SetUp() override {
    tests::write_small_ddcolor(folder_ / "trained.safetensors");
    ASSERT_EQ(run("convert trained.safetensors -o small.safetensors").code, 0);
    ffmpeg("PICTURES -t 12 -vf \"negate=enable='gt(n,150)'\" -c:v libx264 -preset ultrafast film.mkv");
  }

  // Coloured by this ensemble until the first segment is in the journal; then the process is killed.
  void kill_after_a_segment(const std::string& model, const std::string& name) const {
    const std::string awaited = (folder_ / (name + ".journal/segment-000000.json")).string();
    run("film.mkv -o " + name + options + model + " & while [ ! -e '" + awaited +
        "' ] && kill -0 $! 2>/dev/null; do sleep 0.01; done; kill -KILL $!; wait $!");
    ASSERT_TRUE(fs::exists(awaited));
    ASSERT_FALSE(fs::exists(folder_ / name));
  }

  const std::string options = " --render-factor 8 --preset ultrafast --model ";
};

TEST_F(EnsembleFilm, ResumesToTheSameBytes) {
  ASSERT_EQ(run("film.mkv -o whole.mkv" + options + "lite:2+small.safetensors").code, 0);
  kill_after_a_segment("lite:2+small.safetensors", "killed.mkv");
  // The same generators with other shares, and one of them alone, would give other colours.
  for (const std::string model : {"lite+small.safetensors", "small.safetensors", "lite"}) {
    const tests::Outcome other = run("film.mkv -o killed.mkv" + options + model);
    EXPECT_EQ(other.code, 1) << model;
    EXPECT_THAT(other.text, HasSubstr("was begun with another generator")) << model;
  }
  // In another order, in other units of the shares, they are the same.
  const tests::Outcome resumed = run("film.mkv -o killed.mkv" + options + "small.safetensors:3+lite:6");
  EXPECT_EQ(resumed.code, 0) << resumed.text;
  EXPECT_THAT(resumed.text, HasSubstr("from an earlier call"));
  EXPECT_TRUE(tests::read_file(folder_ / "whole.mkv") == tests::read_file(folder_ / "killed.mkv")) << "other bytes";
  EXPECT_EQ(frame_times("killed.mkv"), frame_times("film.mkv"));
  EXPECT_EQ(run("film.mkv -o other.mkv" + options + "lite").code, 0);
  EXPECT_FALSE(tests::read_file(folder_ / "whole.mkv") == tests::read_file(folder_ / "other.mkv"));
}

// What a frame looks like depends on the side of each member's square, not on the largest alone: by themselves these
// two take sides of 256 and 512.
TEST(EnsembleIdentity, KnowsTheSidesOfAllMembers) {
  const auto lite = std::make_shared<const Generator>(build_generator(weights::Weights::builtin()));
  const auto small = std::make_shared<const Generator>(tests::small_ddcolor());
  const Ensemble both({{lite, 1}, {small, 1}});
  const session::Session by_themselves(both, {.devices = {"cpu"}}, ignore_warnings);
  const session::Session alike(both, {.devices = {"cpu"}, .render_factor = 32}, ignore_warnings);
  ASSERT_EQ(by_themselves.side(), alike.side());
  film::VideoFormat format;
  format.output.format = AV_PIX_FMT_YUV420P;
  const auto generators = [&](const session::Session& session) {
    return film::identity_of("-", session, format, {})["generator"];
  };
  EXPECT_NE(generators(by_themselves), generators(alike));
  EXPECT_EQ(generators(alike),
            generators(session::Session(both, {.devices = {"cpu"}, .render_factor = 32}, ignore_warnings)));
}

}  // namespace
}  // namespace colourize
