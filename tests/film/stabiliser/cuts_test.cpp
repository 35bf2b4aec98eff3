#include "film/stabiliser/cuts.h"

#include <gtest/gtest.h>

#include "tests/film/stabiliser/scene.h"

namespace colourize::film {
namespace {

using kernels::Plane;
using tests::exposed;
using tests::Grain;
using tests::scene_plane;

constexpr int side = 128;

bool cut_between(const Plane& before, const Plane& after) {
  return is_cut(estimate_motion(before, after));
}

// Scenes have the same mean, deviation and sizes of shapes: only what they show differs.
TEST(Cuts, AreFoundBetweenScenes) {
  Grain grain(1);
  for (std::uint64_t scene = 0; scene < 12; ++scene) {
    EXPECT_TRUE(cut_between(scene_plane(side, scene), scene_plane(side, scene + 1))) << scene;
    EXPECT_TRUE(cut_between(grain.on(scene_plane(side, scene), 6), grain.on(scene_plane(side, scene + 1), 6))) << scene;
  }
}

TEST(Cuts, AreFoundInAFilm) {
  Grain grain(2);
  std::vector<int> cuts;
  Plane before;
  for (int frame = 0; frame < 40; ++frame) {
    const int scene = frame < 9 ? 20 : frame < 10 ? 21 : frame < 27 ? 22 : 20;
    const Plane now = grain.on(scene_plane(side, static_cast<std::uint64_t>(scene), 1.5 * frame), 4);
    if (frame > 0 && cut_between(before, now)) cuts.push_back(frame);
    before = now;
  }
  EXPECT_EQ(cuts, (std::vector<int>{9, 10, 27}));
}

TEST(Cuts, AreNotFlickerOrFlashes) {
  Grain grain(3);
  const Plane picture = scene_plane(side, 4);
  for (const float gain : {0.4F, 0.7F, 0.9F, 1.1F, 1.3F, 1.8F}) {
    EXPECT_FALSE(cut_between(grain.on(picture, 4), grain.on(exposed(picture, gain), 4))) << "to " << gain;
    EXPECT_FALSE(cut_between(grain.on(exposed(picture, gain), 4), grain.on(picture, 4))) << "from " << gain;
  }
  EXPECT_FALSE(cut_between(picture, exposed(picture, 1, 60)));
}

TEST(Cuts, AreNotFlickerOfOneSide) {
  Plane picture = scene_plane(side, 5);
  Plane other = picture;
  for (int y = 0; y < side; ++y) {
    for (int x = 0; x < side; ++x)
      other.row(y)[static_cast<std::size_t>(x)] *= 0.8F + 0.4F * static_cast<float>(x) / side;
  }
  EXPECT_FALSE(cut_between(picture, other));
}

TEST(Cuts, AreNotPansOrShakes) {
  Grain grain(4);
  for (const auto& [x, y] : {std::pair(2.0, 0.0), std::pair(5.5, 1.0), std::pair(-8.0, 0.0), std::pair(3.0, -6.0)}) {
    EXPECT_FALSE(cut_between(grain.on(scene_plane(side, 6), 4), grain.on(scene_plane(side, 6, x, y), 4)))
        << x << ", " << y;
  }
}

TEST(Cuts, AreNotGrain) {
  Grain grain(5);
  const Plane picture = scene_plane(side, 7);
  EXPECT_FALSE(cut_between(grain.on(picture, 12), grain.on(picture, 12)));
  const Plane even = exposed(picture, 0, 100);
  EXPECT_FALSE(cut_between(grain.on(even, 6), grain.on(even, 6)));
  EXPECT_FALSE(cut_between(even, even));
}

TEST(Cuts, AreNotFadesOrDissolves) {
  const Plane first = scene_plane(side, 8);
  const Plane second = scene_plane(side, 9);
  Plane before = first;
  for (int step = 1; step <= 12; ++step) {
    const float share = static_cast<float>(step) / 12;
    Plane now = first;
    for (std::size_t i = 0; i < now.values.size(); ++i)
      now.values[i] = std::lerp(first.values[i], second.values[i], share);
    EXPECT_FALSE(cut_between(before, now)) << step;
    EXPECT_FALSE(cut_between(exposed(first, 1 - share + 1.0F / 12), exposed(first, 1 - share))) << step;
    before = now;
  }
}

}  // namespace
}  // namespace colourize::film
