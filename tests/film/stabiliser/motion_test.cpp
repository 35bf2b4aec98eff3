#include "film/stabiliser/motion.h"

#include <gtest/gtest.h>

#include "tests/film/stabiliser/scene.h"

namespace colourize::film {
namespace {

using kernels::Plane;
using tests::exposed;
using tests::Grain;
using tests::scene_plane;

constexpr int side = 128;

struct Translation {
  double x;
  double y;
};

// The share of the blocks whose content both planes show and whose vector is right to less than `tolerance`.
double right_share(const Motion& motion, const Translation& wanted, double tolerance) {
  int right = 0;
  int all = 0;
  for (int y = 0; y < side; y += block_side) {
    for (int x = 0; x < side; x += block_side) {
      const auto inside = [](double place) { return place >= block_side && place < side - 2 * block_side; };
      if (!inside(x) || !inside(y) || !inside(x + wanted.x) || !inside(y + wanted.y)) continue;
      const std::size_t block = motion.block(x, y);
      const double error = std::hypot(motion.dx[block] - wanted.x, motion.dy[block] - wanted.y);
      if (error < tolerance) ++right;
      ++all;
    }
  }
  return static_cast<double>(right) / all;
}

class Translations : public testing::TestWithParam<Translation> {};

TEST_P(Translations, AreFound) {
  const auto [x, y] = GetParam();
  // The camera moves by (-x, -y): what is at a place was at (x, y) from there.
  const Motion motion = estimate_motion(scene_plane(side, 1), scene_plane(side, 1, x, y));
  EXPECT_EQ(motion.columns, side / block_side);
  EXPECT_EQ(motion.rows, side / block_side);
  EXPECT_GT(right_share(motion, {x, y}, 0.5), 0.95);
}

TEST_P(Translations, AreFoundUnderGrainAndFlicker) {
  const auto [x, y] = GetParam();
  Grain grain(7);
  const Plane from = grain.on(scene_plane(side, 2), 4);
  const Plane to = grain.on(exposed(scene_plane(side, 2, x, y), 1.25F, -30), 4);
  EXPECT_GT(right_share(estimate_motion(from, to), {x, y}, 1), 0.8);
}

INSTANTIATE_TEST_SUITE_P(Motion, Translations,
                         testing::Values(Translation{0, 0}, Translation{3, 0}, Translation{-2, 5},
                                         Translation{0.5, -1.5}, Translation{11, -7}));

TEST(Motion, OfAStillPictureWithGrainIsNone) {
  Grain grain(3);
  const Plane picture = scene_plane(side, 3);
  const Motion motion = estimate_motion(grain.on(picture, 6), grain.on(picture, 6));
  EXPECT_GT(right_share(motion, {0, 0}, 0.8), 0.9);
}

TEST(Motion, OfAnEvenPictureWithGrainIsNone) {
  Grain grain(4);
  Plane even(side, side);
  std::ranges::fill(even.values, 128.0F);
  EXPECT_GT(right_share(estimate_motion(grain.on(even, 3), grain.on(even, 3)), {0, 0}, 1.01), 0.75);
}

TEST(Motion, OfAnObjectIsItsOwn) {
  const auto frame = [](int x) {
    Plane plane = scene_plane(side, 5);
    for (int row = 40; row < 88; ++row) {
      for (int column = 0; column < 48; ++column) {
        plane.row(row)[static_cast<std::size_t>(x + column)] = tests::scene_luma(column, row, 6);
      }
    }
    return plane;
  };
  const Motion motion = estimate_motion(frame(30), frame(36));
  for (int y = 48; y < 80; y += block_side) {
    for (int x = 44; x < 76; x += block_side) {
      EXPECT_NEAR(motion.dx[motion.block(x, y)], -6, 0.3) << x << ", " << y;
      EXPECT_NEAR(motion.dy[motion.block(x, y)], 0, 0.3) << x << ", " << y;
    }
    EXPECT_NEAR(motion.dx[motion.block(108, y)], 0, 0.3);
  }
}

TEST(Motion, TakesPlanesOfAnySize) {
  for (const auto& [width, height] :
       {std::pair(1, 1), std::pair(1, 200), std::pair(3, 2), std::pair(131, 47), std::pair(49, 97)}) {
    Plane plane(width, height);
    for (std::size_t i = 0; i < plane.values.size(); ++i) plane.values[i] = static_cast<float>(i % 251);
    const Motion motion = estimate_motion(plane, plane);
    EXPECT_EQ(motion.columns, (width + block_side - 1) / block_side);
    EXPECT_EQ(motion.rows, (height + block_side - 1) / block_side);
    EXPECT_EQ(motion.dx.size(), static_cast<std::size_t>(motion.columns) * static_cast<std::size_t>(motion.rows));
    EXPECT_LT(motion.block(width - 1, height - 1), motion.dx.size());
  }
}

TEST(Motion, HalvesOddSizesToo) {
  Plane plane(3, 3);
  plane.values = {1, 3, 10, 5, 7, 20, 100, 200, 50};
  const Plane half = halved(plane);
  EXPECT_EQ(half.width, 2);
  EXPECT_EQ(half.height, 2);
  EXPECT_EQ(half.values, (std::vector<float>{4, 15, 150, 50}));
}

}  // namespace
}  // namespace colourize::film
