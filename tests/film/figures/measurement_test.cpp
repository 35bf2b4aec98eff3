// Figures against closed forms and against numpy's numbers (tests/oracle/make_film_figures.py).
#include "film/figures/measurement.h"

#include <gtest/gtest.h>

#include <cstring>
#include <numbers>

#include "system/error.h"
#include "tests/film/stabiliser/scene.h"
#include "tests/support/golden.h"

namespace colourize::film {
namespace {

using photo::Raster8;

constexpr int width = 96;
constexpr int height = 72;

struct Colour {
  int red;
  int green;
  int blue;
};

Raster8 filled(const Colour& colour, int channels = 3) {
  Raster8 raster(width, height, channels);
  for (std::size_t i = 0; i < raster.samples.size(); i += static_cast<std::size_t>(channels)) {
    raster.samples[i] = static_cast<std::uint8_t>(colour.red);
    raster.samples[i + 1] = static_cast<std::uint8_t>(colour.green);
    raster.samples[i + 2] = static_cast<std::uint8_t>(colour.blue);
  }
  return raster;
}

// The scene in grey from (x, y) on, with a colour added.
Raster8 seen(std::uint64_t scene, double x, double y, const Colour& added) {
  Raster8 raster(width, height, 3);
  std::size_t i = 0;
  for (int row = 0; row < height; ++row) {
    for (int column = 0; column < width; ++column) {
      const auto luma = static_cast<int>(tests::scene_luma(x + column, y + row, scene) + 0.5F);
      for (const int part : {added.red, added.green, added.blue}) {
        raster.samples[i++] = static_cast<std::uint8_t>(std::clamp(luma + part, 0, 255));
      }
    }
  }
  return raster;
}

FilmFigures measured(const std::vector<Raster8>& frames) {
  FilmMeasurement measurement;
  for (const Raster8& frame : frames) measurement.add(frame);
  return measurement.figures();
}

TEST(Measurement, EqualsNumpy) {
  const tests::GoldenFile golden("film_figures");
  const auto expected = [&](const std::string& name) {
    double value = 0;
    std::memcpy(&value, golden.bytes(name).data(), sizeof(value));
    return value;
  };
  const weights::Dimensions& shape = golden.shape("frames");
  FilmMeasurement measurement;
  Raster8 frame(static_cast<int>(shape[2]), static_cast<int>(shape[1]), 3);
  for (std::int64_t i = 0; i < shape[0]; ++i) {
    const std::size_t bytes = frame.samples.size();
    std::memcpy(frame.samples.data(), golden.bytes("frames").data() + static_cast<std::size_t>(i) * bytes, bytes);
    measurement.add(frame);
  }
  const FilmFigures figures = measurement.figures();
  EXPECT_EQ(figures.frames, shape[0]);
  EXPECT_EQ(figures.cuts, 0);
  EXPECT_NEAR(figures.colour_distribution_consistency, expected("colour_distribution"), 1e-9);
  EXPECT_NEAR(figures.chroma_distribution_consistency, expected("chroma_distribution"), 1e-9);
  EXPECT_NEAR(figures.colourfulness_opponent, expected("colourfulness_opponent"), 1e-9);
  // Its matrix has seven digits, numpy's is computed.
  EXPECT_NEAR(figures.colourfulness_lab, expected("colourfulness_lab"), 2e-3);
}

// Two colours by turns: neighbours' histograms share no bin, which is ln 2; every second one's are equal.
TEST(Measurement, CountsDistributionsAtThreeDistances) {
  std::vector<Raster8> frames;
  for (int i = 0; i < 9; ++i) frames.push_back(filled(i % 2 == 0 ? Colour{100, 120, 140} : Colour{140, 100, 120}));
  const FilmFigures figures = measured(frames);
  EXPECT_NEAR(figures.colour_distribution_consistency, std::numbers::ln2 / 3, 1e-12);
  EXPECT_NEAR(figures.chroma_distribution_consistency, std::numbers::ln2 / 3, 1e-12);
}

TEST(Measurement, SquaresWhatEvenFramesDifferBy) {
  const FilmFigures figures = measured({filled({100, 110, 120}), filled({110, 110, 100}), filled({110, 110, 100})});
  // (10, 0, -20) once, nothing the other time.
  EXPECT_NEAR(figures.warp_error, (100 + 400) / 3.0 / (255 * 255) / 2, 1e-9);
  const double luma = 0.299 * 10 - 0.114 * 20;
  const double blue = (-20 - luma) / 1.772 / 255;
  const double red = (10 - luma) / 1.402 / 255;
  EXPECT_NEAR(figures.chroma_warp_error, (blue * blue + red * red) / 2 / 2, 1e-9);
}

// (-19, 0, 50) leaves luma as it is: the difference that remains when motion is taken away.
TEST(Measurement, LeavesMotionOut) {
  const Colour none{0, 0, 0};
  const Colour other{-19, 0, 50};
  const FilmFigures still = measured({seen(1, 0, 0, none), seen(1, 0, 0, other)});
  const FilmFigures moved = measured({seen(1, 0, 0, none), seen(1, 4, -3, other)});
  const FilmFigures moved_only = measured({seen(1, 0, 0, none), seen(1, 4, -3, none)});
  EXPECT_EQ(moved.cuts, 0);
  const double expected = (19 * 19 + 50 * 50) / 3.0 / (255 * 255);
  EXPECT_NEAR(still.warp_error, expected, expected * 0.001);
  EXPECT_NEAR(moved.warp_error, expected, expected * 0.05);
  EXPECT_LT(moved_only.warp_error, expected * 0.02);
  EXPECT_LT(moved_only.chroma_warp_error, 1e-15);
  const double chroma = (std::pow(50 / 1.772, 2) + std::pow(19 / 1.402, 2)) / 2 / (255 * 255);
  EXPECT_NEAR(moved.chroma_warp_error, chroma, chroma * 0.01);
}

// A square that moves by 8 pixels hides some of the scene in each frame: no motion leads there.
TEST(Measurement, LeavesOutWhatOneFrameHides) {
  const auto frame = [](int left) {
    Raster8 picture = seen(6, 0, 0, {0, 0, 0});
    const Raster8 square = seen(7, 0, 0, {40, 40, 40});
    for (int y = 20; y < 52; ++y) {
      std::copy_n(square.row(y).begin(), 3 * 32, picture.row(y).begin() + static_cast<std::ptrdiff_t>(3) * left);
    }
    return picture;
  };
  const FilmFigures figures = measured({frame(24), frame(32)});
  EXPECT_EQ(figures.cuts, 0);
  EXPECT_LT(std::sqrt(figures.warp_error) * 255, 2.5);
}

TEST(Measurement, LeavesPairsAcrossCutsOut) {
  std::vector<Raster8> frames;
  for (int i = 0; i < 12; ++i)
    frames.push_back(i < 5 ? seen(2, 0, 0, {10, 0, 0}) : seen(i < 6 ? 3 : 4, 0, 0, {0, 0, 10}));
  const FilmFigures figures = measured(frames);
  EXPECT_EQ(figures.frames, 12);
  EXPECT_EQ(figures.cuts, 2);
  EXPECT_EQ(figures.colour_distribution_consistency, 0);
  EXPECT_EQ(figures.chroma_distribution_consistency, 0);
  EXPECT_EQ(figures.warp_error, 0);
  EXPECT_EQ(figures.chroma_warp_error, 0);
}

TEST(Measurement, IsZeroWhereThereIsNothingToCompare) {
  EXPECT_EQ(measured({}).frames, 0);
  EXPECT_EQ(measured({}).colourfulness_lab, 0);
  const FilmFigures one = measured({filled({10, 20, 30})});
  EXPECT_EQ(one.frames, 1);
  EXPECT_EQ(one.warp_error, 0);
  EXPECT_EQ(one.colour_distribution_consistency, 0);
  EXPECT_GT(one.colourfulness_opponent, 0);
}

TEST(Measurement, LeavesAlphaOut) {
  Raster8 first = filled({100, 110, 120}, 4);
  Raster8 second = first;
  for (std::size_t i = 3; i < second.samples.size(); i += 4) second.samples[i] = 255;
  const FilmFigures figures = measured({first, second});
  EXPECT_EQ(figures.warp_error, 0);
  EXPECT_EQ(figures.colour_distribution_consistency, 0);
  EXPECT_EQ(figures.colourfulness_opponent, measured({filled({100, 110, 120})}).colourfulness_opponent);
}

TEST(Measurement, RefusesAnotherSize) {
  FilmMeasurement measurement;
  measurement.add(Raster8(8, 8, 3));
  EXPECT_THROW(measurement.add(Raster8(8, 9, 3)), Error);
}

}  // namespace
}  // namespace colourize::film
