// The photo's own luma, the generator's chroma.
#include "engine/photo/colourize.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>

#include "engine/device.h"
#include "engine/graph/executor.h"
#include "engine/photo/decode.h"
#include "engine/photo/host_steps.h"
#include "engine/photo/luma.h"
#include "engine/photo/luma_range.h"
#include "kernels/bt601.h"
#include "tests/support/golden.h"

namespace colourize::photo {
namespace {

// The photo with this chroma everywhere.
Photo merged(Photo photo, float blue, float red) {
  Tensor chroma({1, 2, 2, 2});
  for (std::size_t i = 0; i < chroma.values().size(); i += 2) {
    chroma.values()[i] = blue;
    chroma.values()[i + 1] = red;
  }
  merge(photo, chroma, {.colours = kernels::Colours::chroma});
  return photo;
}

// One row of a colour, of some depth.
template <typename Sample>
Photo row_of(Sample red, Sample green, Sample blue) {
  Raster<Sample> raster(5, 1, 3);
  for (std::size_t i = 0; i < 15; i += 3) {
    raster.samples[i] = red;
    raster.samples[i + 1] = green;
    raster.samples[i + 2] = blue;
  }
  return {raster, {}};
}

TEST(Merge, LeavesAGreyPhotoWithoutChromaAsItIs) {
  Raster16 raster(7, 3, 4);
  for (std::size_t i = 0; i < raster.samples.size(); ++i) raster.samples[i] = static_cast<std::uint16_t>(i / 4 * 3119);
  const Photo photo{raster, {}};
  EXPECT_EQ(std::get<Raster16>(merged(photo, 0, 0).pixels).samples, raster.samples);
}

// JFIF's own numbers: pure red is Y 76.245, Cb 84.97, Cr 255.5; what has this luma and chroma is that red again. A grey
// of 76 has not quite this luma: a share of 76 / 76.245 of the chroma fits, and red is 76 + 0.99679 x 178.755.
TEST(Merge, GivesBackAColourFromItsLumaAndChroma) {
  const auto [blue, red] = kernels::bt601::chroma(1, 0, 0);
  EXPECT_NEAR(blue, (84.97 - 128) / 255, 1e-4);
  EXPECT_NEAR(red, (255.5 - 128) / 255, 1e-4);
  const auto grey = static_cast<std::uint8_t>(76);
  const Photo photo = merged(row_of<std::uint8_t>(grey, grey, grey), blue, red);
  const auto& samples = std::get<Raster8>(photo.pixels).samples;
  EXPECT_EQ(samples[0], 254);
  EXPECT_EQ(samples[1], 0);
  EXPECT_EQ(samples[2], 0);
}

// Cb 0.1, Cr -0.05 on a grey of 30000: the formula, to the last of 16 bits.
TEST(Merge, ComputesAtThePhotosOwnDepth) {
  const Photo photo = merged(row_of<std::uint16_t>(30000, 30000, 30000), 0.1F, -0.05F);
  const auto& samples = std::get<Raster16>(photo.pixels).samples;
  EXPECT_NEAR(samples[0], 30000 - 1.402 * 0.05 * 65535, 1);
  EXPECT_NEAR(samples[1], 30000 - (0.344136 * 0.1 - 0.714136 * 0.05) * 65535, 1);
  EXPECT_NEAR(samples[2], 30000 + 1.772 * 0.1 * 65535, 1);
}

TEST(Merge, UsesTheUnroundedLumaOfAColouredSource) {
  const Photo photo = merged(row_of<std::uint8_t>(10, 200, 31), 0, 0);
  const double luma = 0.299 * 10 + 0.587 * 200 + 0.114 * 31;
  EXPECT_EQ(std::get<Raster8>(photo.pixels).samples[0], static_cast<std::uint8_t>(std::lround(luma)));
}

TEST(LumaRow, IsInEightBitUnitsAtAnyDepth) {
  std::vector<float> luma(5);
  luma_row(row_of<std::uint8_t>(255, 255, 255), 0, luma);
  EXPECT_FLOAT_EQ(luma[4], 255);
  luma_row(row_of<std::uint16_t>(65535, 65535, 65535), 0, luma);
  EXPECT_FLOAT_EQ(luma[4], 255);
  luma_row(row_of<std::uint8_t>(0, 255, 0), 0, luma);
  EXPECT_NEAR(luma[0], 149.685, 1e-3);
}

class DefaultPath : public testing::TestWithParam<std::string> {
 protected:
  static Generator generator() {
    if (GetParam() == "lite") return build_generator(weights::Weights::builtin());
    return tests::recipe_generator("deep", GetParam(), *tests::golden(GetParam()));
  }
};

// The default differs from the original's steps by rounding only, where the colours fit: a few levels at most, on
// average less than one. Where they do not fit, the original clamps each channel, and luma goes with it.
TEST_P(DefaultPath, StaysCloseToTheExactOne) {
  const Generator generator = DefaultPath::generator();
  session::Session session(generator, {.devices = {"reference"}, .render_factor = 8}, ignore_warnings);
  const Photo photo = decode(tests::folder + "golden/astronaut-181x133.png", {}, ignore_warnings);
  const Photo exact = colourize_exactly(photo, session);
  const Photo result = colourize(photo, session);
  const auto& a = std::get<Raster8>(exact.pixels).samples;
  const auto& b = std::get<Raster8>(result.pixels).samples;
  double sum = 0;
  double fitting = 0;
  for (std::size_t i = 0; i < a.size(); i += 3) {
    const auto [low, high] = std::minmax({a[i], a[i + 1], a[i + 2]});
    if (low == 0 || high == 255) continue;
    for (std::size_t c = i; c < i + 3; ++c) sum += std::abs(a[c] - b[c]);
    fitting += 3;
  }
  EXPECT_LT(sum / fitting, 1.0);
  EXPECT_GT(fitting, static_cast<double>(a.size()) / 2);
}

// A faded photo: its session stretches and blurs luma as the readable steps do, where the generator asks for it.
TEST_P(DefaultPath, FeedsTheGeneratorAsTheHostsStepsDo) {
  const Generator generator = DefaultPath::generator();
  session::Session session(generator, {.devices = {"reference"}, .render_factor = 8}, ignore_warnings);
  Raster8 faded(60, 50, 3);
  for (std::size_t i = 0; i < faded.samples.size(); ++i) {
    faded.samples[i] = static_cast<std::uint8_t>(100 + i / 3 * 7 % 60);
  }
  const Photo photo{faded, {}};
  session::Luma luma = luma_of(photo);
  luma.range = luma_range(photo);
  const auto backend = open_device("reference", {}, ignore_warnings);
  const Tensor expected =
      graph::Executor(generator.graph, *backend).run(generator_input(photo, generator, session.side()));
  EXPECT_TRUE(tests::same_bytes(session.output(luma).get(), expected));
}

// Also where a colour does not fit; each channel is rounded by half a step.
TEST_P(DefaultPath, KeepsTheLumaOfThePhoto) {
  const Generator generator = DefaultPath::generator();
  session::Session session(generator, {.devices = {"reference"}, .render_factor = 8}, ignore_warnings);
  const Photo photo = decode(tests::folder + "golden/astronaut-181x133.png", {}, ignore_warnings);
  const Photo result = colourize(photo, session);
  std::vector<float> before(181);
  std::vector<float> after(181);
  for (int y = 0; y < photo.height(); ++y) {
    luma_row(photo, y, before);
    luma_row(result, y, after);
    for (std::size_t x = 0; x < before.size(); ++x) EXPECT_NEAR(before[x], after[x], 0.51);
  }
}

TEST_P(DefaultPath, ColoursPhotosOfOnePixelAndOfExtremeShapes) {
  const Generator generator = DefaultPath::generator();
  session::Session session(generator, {.devices = {"reference"}, .render_factor = 8}, ignore_warnings);
  for (const auto& [width, height] : {std::pair(1, 1), std::pair(1, 700), std::pair(900, 2)}) {
    Raster8 raster(width, height, 3);
    for (std::size_t i = 0; i < raster.samples.size(); ++i) raster.samples[i] = static_cast<std::uint8_t>(i / 3 * 7);
    const Photo result = colourize({raster, {}}, session);
    EXPECT_EQ(result.width(), width);
    EXPECT_EQ(result.height(), height);
  }
}

INSTANTIATE_TEST_SUITE_P(All, DefaultPath, testing::Values("lite", "deep-resnet18"),
                         [](const auto& info) { return info.param.substr(0, 4); });

}  // namespace
}  // namespace colourize::photo
