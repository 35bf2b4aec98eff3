#include "film/stabiliser/stabiliser.h"

#include <gtest/gtest.h>

#include "system/error.h"
#include "tests/film/stabiliser/scene.h"

namespace colourize::film {
namespace {

using kernels::Chroma;
using kernels::Plane;
using tests::exposed;
using tests::Grain;
using tests::scene_plane;

constexpr int side = 128;
constexpr int quarter = side / 4;

Plane filled(int size, float value) {
  Plane plane(size, size);
  std::ranges::fill(plane.values, value);
  return plane;
}

Chroma even_chroma(float blue, float red, int size = quarter) {
  return {filled(size, blue), filled(size, red)};
}

Chroma noisy(Grain& grain, const Chroma& chroma, float deviation) {
  return {grain.on(chroma.blue, deviation), grain.on(chroma.red, deviation)};
}

// The root of the mean squared difference.
double distance(const Plane& a, const Plane& b) {
  double sum = 0;
  for (std::size_t i = 0; i < a.values.size(); ++i) sum += std::pow(a.values[i] - b.values[i], 2);
  return std::sqrt(sum / static_cast<double>(a.values.size()));
}

bool same_bits(const Chroma& a, const Chroma& b) {
  return a.blue.values == b.blue.values && a.red.values == b.red.values;
}

TEST(Stabiliser, OffGivesBackWhatItGets) {
  Grain grain(1);
  ChromaStabiliser stabiliser(0);
  for (int frame = 0; frame < 3; ++frame) {
    const Chroma chroma = noisy(grain, even_chroma(0.1F, -0.2F), 0.1F);
    EXPECT_TRUE(same_bits(stabiliser.next(scene_plane(side, 1), chroma), chroma));
    EXPECT_FALSE(stabiliser.began_scene());
  }
}

TEST(Stabiliser, GivesTheMeanOfTheFirstFramesOfAStillScene) {
  Grain grain(2);
  ChromaStabiliser stabiliser(1);
  const Plane luma = scene_plane(side, 1);
  std::vector<double> sums(quarter * quarter);
  for (int frame = 1; frame <= 8; ++frame) {
    const Chroma chroma = noisy(grain, even_chroma(0.1F, -0.2F), 0.05F);
    const Chroma steady = stabiliser.next(luma, chroma);
    EXPECT_EQ(stabiliser.began_scene(), frame == 1);
    for (std::size_t i = 0; i < sums.size(); ++i) {
      sums[i] += chroma.red.values[i];
      ASSERT_NEAR(steady.red.values[i], sums[i] / frame, 1e-6);
    }
  }
}

// With w frames behind each colour, a new one has a share of 1 / (w + 1): independent noise of variance v becomes
// v / (2 w + 1).
TEST(Stabiliser, SteadiesAStillSceneByTheExpectedFactor) {
  for (const double strength : {0.25, 0.5}) {
    Grain grain(3);
    ChromaStabiliser stabiliser(strength);
    const Plane luma = scene_plane(side, 2);
    const Chroma truth = even_chroma(0.1F, -0.2F);
    double squares = 0;
    for (int frame = 0; frame < 100; ++frame) {
      const Chroma steady = stabiliser.next(luma, noisy(grain, truth, 0.05F));
      if (frame >= 60) squares += std::pow(distance(steady.blue, truth.blue), 2) / 40;
    }
    const double frames = 32 * strength;
    EXPECT_NEAR(std::sqrt(squares), 0.05 / std::sqrt(2 * frames + 1), 0.05 * 0.02) << strength;
  }
}

TEST(Stabiliser, SteadiesUnderGrainAndFlicker) {
  for (const float deviation : {5.0F, 20.0F}) {
    Grain grain(4);
    ChromaStabiliser stabiliser(default_strength);
    const Chroma truth = even_chroma(0.1F, -0.2F);
    double worst = 0;
    for (int frame = 0; frame < 40; ++frame) {
      const Plane luma = grain.on(exposed(scene_plane(side, 2), 1 + grain.next(0.08F)), deviation);
      const Chroma steady = stabiliser.next(luma, noisy(grain, truth, 0.05F));
      EXPECT_EQ(stabiliser.began_scene(), frame == 0);
      if (frame >= 20) worst = std::max(worst, distance(steady.blue, truth.blue));
    }
    EXPECT_LT(worst, 0.05 / 3) << deviation;
  }
}

TEST(Stabiliser, KeepsColourfulness) {
  Grain grain(5);
  ChromaStabiliser stabiliser(1);
  double sum = 0;
  for (int frame = 0; frame < 60; ++frame) {
    const Chroma steady = stabiliser.next(scene_plane(side, 2), noisy(grain, even_chroma(0.08F, -0.1F), 0.03F));
    if (frame < 30) continue;
    for (std::size_t i = 0; i < steady.blue.values.size(); ++i) {
      sum += std::hypot(steady.blue.values[i], steady.red.values[i]);
    }
  }
  EXPECT_NEAR(sum / (30 * quarter * quarter), std::hypot(0.08, 0.1), 0.005);
}

// A square of its own texture over a scene, 8 pixels further each frame, with the colour that the generator gives it.
struct MovingSquare {
  static constexpr int size = 48;
  static constexpr int top = 40;
  static int left(int frame) { return 4 + 8 * frame; }
  static Plane luma(int frame) {
    Plane plane = scene_plane(side, 10);
    for (int row = top; row < top + size; ++row) {
      for (int column = 0; column < size; ++column) {
        plane.row(row)[static_cast<std::size_t>(left(frame) + column)] = tests::scene_luma(column, row, 11);
      }
    }
    return plane;
  }
  static Chroma chroma(int frame, float object, float background) {
    Chroma chroma = even_chroma(background, background);
    for (int row = top / 4; row < (top + size) / 4; ++row) {
      for (int column = 0; column < size / 4; ++column) {
        const auto x = static_cast<std::size_t>(left(frame) / 4 + column);
        chroma.blue.row(row)[x] = object;
        chroma.red.row(row)[x] = object;
      }
    }
    return chroma;
  }
};

TEST(Stabiliser, CarriesTheColourOfWhatMovesAlong) {
  ChromaStabiliser stabiliser(1);
  for (int frame = 0; frame < 8; ++frame)
    stabiliser.next(MovingSquare::luma(frame), MovingSquare::chroma(frame, 0.3F, -0.1F));
  // For one frame the generator sees no colour at all.
  const Chroma steady = stabiliser.next(MovingSquare::luma(8), even_chroma(0, 0));
  EXPECT_FALSE(stabiliser.began_scene());
  const int middle_x = (MovingSquare::left(8) + MovingSquare::size / 2) / 4;
  const int middle_y = (MovingSquare::top + MovingSquare::size / 2) / 4;
  for (int y = middle_y - 3; y <= middle_y + 3; ++y) {
    for (int x = middle_x - 3; x <= middle_x + 3; ++x) {
      EXPECT_GT(steady.blue.row(y)[static_cast<std::size_t>(x)], 0.22F) << x << ", " << y;
    }
  }
  EXPECT_LT(steady.blue.row(2)[20], -0.08F) << "the background keeps its own";
}

TEST(Stabiliser, GivesNothingOfItToWhatItUncovers) {
  ChromaStabiliser stabiliser(1);
  for (int frame = 0; frame < 9; ++frame) {
    const Chroma steady = stabiliser.next(MovingSquare::luma(frame), MovingSquare::chroma(frame, 0.3F, -0.1F));
    if (frame == 0) continue;
    // The two columns that the square has just left, and the one before them. Where texture happens to look like the
    // square's, some of its colour stays.
    const int first = MovingSquare::left(frame - 1) / 4 - 1;
    double mean = 0;
    for (int y = MovingSquare::top / 4; y < (MovingSquare::top + MovingSquare::size) / 4; ++y) {
      for (int x = std::max(first, 0); x < first + 3; ++x) {
        mean += steady.blue.row(y)[static_cast<std::size_t>(x)] / (3.0 * MovingSquare::size / 4);
      }
    }
    EXPECT_LT(mean, -0.05) << frame;
  }
}

TEST(Stabiliser, KeepsNothingAfterACut) {
  Grain grain(6);
  ChromaStabiliser stabiliser(1);
  for (int frame = 0; frame < 5; ++frame) stabiliser.next(scene_plane(side, 12), even_chroma(0.3F, 0.3F));
  ChromaStabiliser fresh(1);
  for (int frame = 0; frame < 4; ++frame) {
    const Plane luma = scene_plane(side, 13);
    const Chroma chroma = noisy(grain, even_chroma(-0.1F, 0), 0.02F);
    const Chroma steady = stabiliser.next(luma, chroma);
    EXPECT_EQ(stabiliser.began_scene(), frame == 0);
    EXPECT_TRUE(same_bits(steady, fresh.next(luma, chroma))) << frame;
    if (frame == 0) {
      EXPECT_TRUE(same_bits(steady, chroma));
    }
  }
}

TEST(Stabiliser, GoesOnWithTheSameBitsWhenRestored) {
  Grain grain(7);
  ChromaStabiliser whole(default_strength);
  ChromaStabiliser restored(default_strength);
  for (int frame = 0; frame < 12; ++frame) {
    const Plane luma = grain.on(scene_plane(side, 14, 1.3 * frame), 3);
    const Chroma chroma = noisy(grain, even_chroma(0.1F, 0.1F), 0.05F);
    const Chroma expected = whole.next(luma, chroma);
    if (frame >= 6) {
      EXPECT_TRUE(same_bits(restored.next(luma, chroma), expected)) << frame;
    }
    if (frame == 5) restored.restore(whole.state());
  }
}

// What full-size chroma wavers by grows from left to right; its detail is the generator's and stays.
TEST(Stabiliser, SteadiesFullSizeChromaAndKeepsItsDetail) {
  Grain grain(8);
  ChromaStabiliser stabiliser(1);
  const Plane luma = scene_plane(side, 15);
  const Chroma detail = noisy(grain, even_chroma(0.1F, 0.1F, side), 0.02F);
  for (int frame = 0; frame < 25; ++frame) {
    const float wave = frame % 2 == 0 ? 0.001F : -0.001F;  // a pixel
    // The mean of the waves so far.
    const double left = frame % 2 == 0 ? 0.001 / (frame + 1) : 0;
    Chroma chroma = detail;
    for (int y = 0; y < side; ++y) {
      for (int x = 0; x < side; ++x) chroma.blue.row(y)[static_cast<std::size_t>(x)] += wave * static_cast<float>(x);
    }
    const Chroma steady = stabiliser.next(luma, chroma);
    for (int y = 0; y < side; ++y) {
      for (std::size_t x = 2; x < side - 2; ++x) {  // there is no change to lie between, beyond
        ASSERT_NEAR(steady.blue.row(y)[x], detail.blue.row(y)[x] + left * static_cast<double>(x), 1e-5)
            << frame << ": " << x;
        ASSERT_NEAR(steady.red.row(y)[x], detail.red.row(y)[x], 1e-5) << frame << ": " << x;
      }
    }
  }
}

TEST(Stabiliser, RefusesSizesThatDoNotFit) {
  ChromaStabiliser stabiliser(1);
  EXPECT_THROW(stabiliser.next(scene_plane(side, 1), even_chroma(0, 0, side / 2)), Error);
  EXPECT_THROW(stabiliser.next(scene_plane(side, 1), {filled(quarter, 0), filled(side, 0)}), Error);
  stabiliser.next(scene_plane(side, 1), even_chroma(0, 0));
  StabiliserState state = stabiliser.state();
  state.weight = filled(quarter + 1, 1);
  EXPECT_THROW(stabiliser.restore(state), Error);
  EXPECT_NO_THROW(stabiliser.restore({}));
}

TEST(Stabiliser, BeginsASceneWhenTheSizeChanges) {
  ChromaStabiliser stabiliser(1);
  stabiliser.next(scene_plane(side, 1), even_chroma(0.3F, 0.3F));
  const Chroma chroma = even_chroma(0, 0, 40);
  EXPECT_TRUE(same_bits(stabiliser.next(scene_plane(160, 1), chroma), chroma));
  EXPECT_TRUE(stabiliser.began_scene());
}

}  // namespace
}  // namespace colourize::film
