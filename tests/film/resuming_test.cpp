// A film that is interrupted and resumed is the film that was never interrupted, byte by byte.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <chrono>
#include <csignal>
#include <random>

#include "tests/support/films.h"
#include "tests/support/golden.h"

namespace colourize {
namespace {

using testing::HasSubstr;
namespace fs = std::filesystem;

#if defined(__SANITIZE_ADDRESS__)
constexpr int kills = 4;  // under sanitizers each takes many times as long
#else
constexpr int kills = 20;
#endif
const std::string options = " --render-factor 8 --preset medium";

class Resuming : public tests::FilmProgram {
 protected:
  // Five segments and a part of one, with two cuts, sound and a changing rate.
  void SetUp() override {
    ffmpeg(
        "PICTURES -f lavfi -i sine -t 20 -vf \"select='not(eq(mod(n,9),4))',negate=enable='between(n,150,260)'\" "
        "-vsync vfr "
        "-c:v libx264 -preset ultrafast -c:a aac film.mkv");
    ASSERT_EQ(run("film.mkv -o whole.mkv" + options).code, 0);
  }

  // Colours the film until this file is in the journal; then the signal comes.
  tests::Outcome run_until(const std::string& file, const std::string& signal, const std::string& name) const {
    const std::string awaited = (folder_ / (name + ".journal/" + file)).string();
    return run("film.mkv -o " + name + options + " & while [ ! -e '" + awaited +
               "' ] && kill -0 $! 2>/dev/null; do sleep 0.01; done; kill -" + signal + " $!; wait $!");
  }

  void expect_whole(const std::string& name) const {
    EXPECT_TRUE(tests::read_file(folder_ / "whole.mkv") == tests::read_file(folder_ / name))
        << name << " has other bytes";
    EXPECT_FALSE(fs::exists(folder_ / (name + ".journal")));
  }
};

TEST_F(Resuming, GivesTheSameBytesAfterKillsAtRandomMoments) {
  std::random_device device;
  const unsigned seed = device();
  SCOPED_TRACE("seed " + std::to_string(seed));
  std::mt19937 random(seed);
  const auto begin = std::chrono::steady_clock::now();
  ASSERT_EQ(run("film.mkv -o timed.mkv" + options).code, 0);
  const double whole = std::chrono::duration<double>(std::chrono::steady_clock::now() - begin).count();
  int killed = 0;
  int resumed = 0;
  for (int film = 0; killed < kills; ++film) {
    ASSERT_LT(film, 60);
    const std::string name = "film" + std::to_string(film) + ".mkv";
    for (int attempt = 0; !fs::exists(folder_ / name) || fs::exists(folder_ / (name + ".journal")); ++attempt) {
      ASSERT_LT(attempt, 30);
      const double seconds = std::uniform_real_distribution(0.3 * whole, 0.9 * whole)(random);
      const tests::Outcome outcome =
          run("film.mkv -o " + name + options + " & sleep " + std::to_string(seconds) + "; kill -9 $!; wait $!");
      if (outcome.code == 137) ++killed;
      if (outcome.text.find("from an earlier call") != std::string::npos) ++resumed;
    }
    expect_whole(name);
  }
  EXPECT_GT(resumed, 0);
}

// SIGTERM, for a shell lets what runs beside it ignore SIGINT; both mean the same.
TEST_F(Resuming, FinishesTheSegmentAtAnInterruptAndSaysHowToGoOn) {
  const tests::Outcome stopped = run_until("segment-000000.json", "TERM", "out.mkv");
  EXPECT_EQ(stopped.code, 1);
  EXPECT_THAT(stopped.text, HasSubstr("finishing the current step"));
  EXPECT_THAT(stopped.text, HasSubstr("run the same command again to resume"));
  EXPECT_FALSE(fs::exists(folder_ / "out.mkv"));
  ASSERT_TRUE(fs::exists(folder_ / "out.mkv.journal/segment-000000.json"));
  // With other options it would be another film.
  const tests::Outcome other = run("film.mkv -o out.mkv --crf 20" + options);
  EXPECT_EQ(other.code, 1);
  EXPECT_THAT(other.text, HasSubstr("was begun with another crf: 16 then, 20 now; give the same options, or discard "
                                    "the unfinished film (--discard)"));
  const tests::Outcome resumed = run("film.mkv -o out.mkv" + options);
  EXPECT_EQ(resumed.code, 0);
  EXPECT_THAT(resumed.text, HasSubstr("from an earlier call"));
  expect_whole("out.mkv");
}

// Weights that differ in a word of their metadata, the temperature, and in nothing else: half the film would have other
// colours.
TEST_F(Resuming, RefusesAJournalOfOtherWeights) {
  std::string weights = tests::read_file(tests::folder + "../weights/builtin/lite.safetensors");
  const std::size_t temperature = weights.find(R"("temperature":"0.)") + 17;
  ASSERT_EQ(weights.substr(temperature - 2, 2), "0.");
  tests::write_file(folder_ / "as-built.safetensors", weights);
  weights[temperature] = weights[temperature] == '9' ? '8' : '9';
  tests::write_file(folder_ / "other.safetensors", weights);

  run_until("segment-000000.json", "TERM", "out.mkv");
  ASSERT_TRUE(fs::exists(folder_ / "out.mkv.journal/segment-000000.json"));
  const tests::Outcome other = run("film.mkv -o out.mkv --model other.safetensors" + options);
  EXPECT_EQ(other.code, 1);
  EXPECT_THAT(other.text, HasSubstr("was begun with another generator"));
  EXPECT_FALSE(fs::exists(folder_ / "out.mkv"));
  // The built-in weights under another name are the same weights.
  EXPECT_EQ(run("film.mkv -o out.mkv --model as-built.safetensors" + options).code, 0);
  expect_whole("out.mkv");
}

// Bytes of it that are neither at its beginning nor at its end, and are done already: half the result would be of the
// one, half of the other. Where they are still to come, the result is that of the new film.
TEST_F(Resuming, RefusesAFilmWhoseMiddleHasChanged) {
  ffmpeg("PICTURES -t 16 -vf scale=320:240,noise=alls=40:all_seed=1 -c:v ffv1 -g 1 film.mkv");
  const std::string film = tests::read_file(folder_ / "film.mkv");
  constexpr std::size_t megabyte = 1'000'000;
  ASSERT_GT(film.size(), 8 * megabyte);
  const auto changed_at = [&](std::size_t place) {
    std::string changed = film;
    for (std::size_t i = 0; i < 100; ++i) changed[place + i] = static_cast<char>(changed[place + i] ^ 0x55);
    tests::write_file(folder_ / "film.mkv", changed);
  };
  run_until("segment-000000.json", "KILL", "out.mkv");
  ASSERT_TRUE(fs::exists(folder_ / "out.mkv.journal/segment-000000.json"));
  changed_at(2 * megabyte);
  const tests::Outcome refused = run("film.mkv -o out.mkv" + options);
  EXPECT_EQ(refused.code, 1);
  EXPECT_THAT(refused.text, HasSubstr("film.mkv: has changed since colouring it began"));
  EXPECT_FALSE(fs::exists(folder_ / "out.mkv"));
  changed_at(film.size() - 2 * megabyte);
  const tests::Outcome resumed = run("film.mkv -o out.mkv" + options);
  EXPECT_EQ(resumed.code, 0) << resumed.text;
  EXPECT_THAT(resumed.text, HasSubstr("from an earlier call"));
  EXPECT_EQ(run("film.mkv -o whole.mkv --overwrite" + options).code, 0);
  expect_whole("out.mkv");
}

TEST_F(Resuming, EndsAtOnceAtTheSecondInterrupt) {
  const std::string record = (folder_ / "out.mkv.journal/segment-000000.json").string();
  const tests::Outcome outcome =
      run("film.mkv -o out.mkv --render-factor 16 & while [ ! -e '" + record +
          "' ] && kill -0 $!; do sleep 0.01; done; kill -TERM $!; sleep 0.03; kill -TERM $!; "
          "wait $!");
  EXPECT_EQ(outcome.code, 128 + SIGTERM) << outcome.text;
}

// A crash between the film's appearance and the journal's end.
TEST_F(Resuming, RemovesAJournalThatIsLeftOver) {
  run_until("segment-000001.json", "KILL", "out.mkv");
  ASSERT_TRUE(fs::exists(folder_ / "out.mkv.journal"));
  fs::copy(folder_ / "out.mkv.journal", folder_ / "before");
  fs::copy_file(folder_ / "whole.mkv", folder_ / "out.mkv");
  tests::write_file(folder_ / "out.mkv.journal/note.txt", "not ours");
  EXPECT_THAT(run("film.mkv -o out.mkv" + options).text, HasSubstr("done before"));
  EXPECT_EQ(tests::names_in(folder_ / "out.mkv.journal"), std::vector<std::string>{"note.txt"});
  fs::remove(folder_ / "out.mkv.journal/note.txt");
  EXPECT_THAT(run("film.mkv -o out.mkv" + options).text, HasSubstr("done before"));
  EXPECT_FALSE(fs::exists(folder_ / "out.mkv.journal"));
  // One that is younger than the film was begun to replace it.
  fs::rename(folder_ / "before", folder_ / "out.mkv.journal");
  fs::last_write_time(folder_ / "out.mkv.journal/film.json",
                      fs::last_write_time(folder_ / "out.mkv") + std::chrono::seconds(1));
  EXPECT_THAT(run("film.mkv -o out.mkv" + options).text, HasSubstr("done before"));
  EXPECT_TRUE(fs::exists(folder_ / "out.mkv.journal/segment-000001.json"));
}

TEST_F(Resuming, ColoursAgainWhatIsDamagedInTheJournal) {
  const auto stop = [&](const std::string& name) {
    run_until("segment-000002.json", "KILL", name);
    return fs::exists(folder_ / (name + ".journal/segment-000002.json"));
  };
  ASSERT_TRUE(stop("picture.mkv"));
  std::string segment = tests::read_file(folder_ / "picture.mkv.journal/segment-000001.nut");
  segment[segment.size() / 2] = static_cast<char>(segment[segment.size() / 2] ^ 1);
  tests::write_file(folder_ / "picture.mkv.journal/segment-000001.nut", segment);
  const tests::Outcome picture = run("film.mkv -o picture.mkv" + options);
  EXPECT_THAT(picture.text, HasSubstr("segment 1 is damaged or of another film"));
  expect_whole("picture.mkv");

  ASSERT_TRUE(stop("record.mkv"));
  tests::write_file(folder_ / "record.mkv.journal/segment-000002.json", "{\"pictures\": [[1");
  EXPECT_EQ(run("film.mkv -o record.mkv" + options).code, 0);
  expect_whole("record.mkv");

  ASSERT_TRUE(stop("state.mkv"));
  const fs::path state = folder_ / "state.mkv.journal/segment-000002.safetensors";
  std::string planes = tests::read_file(state);
  planes.back() = static_cast<char>(planes.back() ^ 1);
  tests::write_file(state, planes);
  EXPECT_THAT(run("film.mkv -o state.mkv" + options).text, HasSubstr("segment 2 is damaged"));
  expect_whole("state.mkv");

  ASSERT_TRUE(stop("discarded.mkv"));
  const tests::Outcome discarded = run("film.mkv -o discarded.mkv --discard" + options);
  EXPECT_THAT(discarded.text, Not(HasSubstr("earlier call")));
  expect_whole("discarded.mkv");
}

TEST_F(Resuming, GivesTheSameBytesAtAnyNumberOfThreads) {
  ASSERT_EQ(run("film.mkv -o one.mkv --threads 1" + options).code, 0);
  expect_whole("one.mkv");
  ASSERT_EQ(run("film.mkv -o seven.mkv --threads 7" + options).code, 0);
  expect_whole("seven.mkv");
  // On one processor, which encoders would make their threads from.
  const std::string command = " film.mkv -o alone.mkv" + options;
  ASSERT_EQ(tests::shell("cd '" + folder_.path().string() + "' && taskset -c 0 " COLOURIZE_PROGRAM + command).code, 0);
  expect_whole("alone.mkv");
}

TEST_F(Resuming, LetsOnlyOneProcessAtAFilm) {
  const std::string folder = "cd '" + folder_.path().string() + "'; ";
  const std::string program = COLOURIZE_PROGRAM " film.mkv -o out.mkv" + options;
  const tests::Outcome outcome = tests::shell(
      folder + program + " & while [ ! -e out.mkv.journal/film.json ]; do sleep 0.01; done; " + program + "; wait $!");
  EXPECT_EQ(outcome.code, 0);
  EXPECT_THAT(outcome.text, HasSubstr("is being coloured by another process"));
  expect_whole("out.mkv");
}

}  // namespace
}  // namespace colourize
