// `--exact` against the original's own libraries: OpenCV's and Pillow's numbers for the colours, the oracle's pictures
// for the whole (tests/oracle/make_chroma_cases.py, make_exact_pictures.py).
#include "engine/photo/exact.h"

#include <gtest/gtest.h>

#include <cstdlib>
#include <cstring>

#include "engine/photo/colourize.h"
#include "engine/photo/decode.h"
#include "engine/photo/luma.h"
#include "engine/photo/resample.h"
#include "tests/support/golden.h"

namespace colourize::photo {
namespace {

std::vector<std::uint8_t> samples(const tests::GoldenFile& file, const std::string& name) {
  std::vector<std::uint8_t> result(file.bytes(name).size());
  std::memcpy(result.data(), file.bytes(name).data(), result.size());
  return result;
}

Raster8 picture(const std::string& name) {
  return std::get<Raster8>(decode(tests::folder + "golden/" + name + ".png", {}, ignore_warnings).pixels);
}

TEST(Exact, ConvertsToYuvAsOpenCv) {
  const tests::GoldenFile file("chroma");
  const auto rgb = samples(file, "rgb");
  const auto yuv = samples(file, "yuv");
  ASSERT_GE(rgb.size(), 3000U);
  for (std::size_t i = 0; i < rgb.size(); i += 3) {
    const Yuv result = to_yuv({rgb[i], rgb[i + 1], rgb[i + 2]});
    ASSERT_EQ(std::vector({result.y, result.u, result.v}), std::vector({yuv[i], yuv[i + 1], yuv[i + 2]})) << i;
  }
}

TEST(Exact, ConvertsToRgbAsOpenCv) {
  const tests::GoldenFile file("chroma");
  const auto yuv = samples(file, "yuv.in");
  const auto rgb = samples(file, "rgb.out");
  ASSERT_GE(rgb.size(), 3000U);
  for (std::size_t i = 0; i < rgb.size(); i += 3) {
    const Rgb result = to_rgb({yuv[i], yuv[i + 1], yuv[i + 2]});
    ASSERT_EQ(std::vector({result.r, result.g, result.b}), std::vector({rgb[i], rgb[i + 1], rgb[i + 2]})) << i;
  }
}

TEST(Exact, MakesGreyAsPillow) {
  const tests::GoldenFile file("chroma");
  const auto expected = samples(file, "grey");
  Raster8 colours(static_cast<int>(expected.size()), 1, 3);
  colours.samples = samples(file, "rgb");
  const Raster8 result = grey(colours);
  for (std::size_t i = 0; i < expected.size(); ++i) ASSERT_EQ(result.samples[3 * i + i % 3], expected[i]);
}

// After the network all is integer arithmetic: nothing may differ.
TEST(Exact, MergesAsTheOracle) {
  const Raster8 photo = picture("astronaut-181x133");
  for (const std::string name : {"exact-deep-9", "exact-deep-8", "exact-wide-9", "exact-wide-8"}) {
    const Raster8 square = picture(name + ".square");
    const Raster8 merged = merge_exact(resize_8_bit(square, photo.width, photo.height), photo);
    EXPECT_EQ(merged.samples, picture(name).samples) << name;
  }
}

struct Difference {
  double share = 0;  // of the values that differ
  int largest = 0;
};

Difference compare(const Raster8& actual, const Raster8& expected) {
  Difference difference;
  EXPECT_EQ(actual.samples.size(), expected.samples.size());
  for (std::size_t i = 0; i < expected.samples.size(); ++i) {
    const int distance = std::abs(actual.samples[i] - expected.samples[i]);
    difference.share += (distance != 0 ? 1.0 : 0.0) / static_cast<double>(expected.samples.size());
    difference.largest = std::max(difference.largest, distance);
  }
  return difference;
}

class ExactPicture : public testing::TestWithParam<std::tuple<std::string, int>> {
 protected:
  ExactPicture()
      : kind_(std::get<0>(GetParam())),
        render_factor_(std::get<1>(GetParam())),
        name_("exact-" + kind_ + "-" + std::to_string(render_factor_)),
        generator_(tests::recipe_generator(kind_, kind_ + "-resnet18", *tests::golden(kind_ + "-resnet18"))),
        session_(generator_, {.devices = {"reference"}, .render_factor = render_factor_}, ignore_warnings) {}

  std::string kind_;
  int render_factor_;
  std::string name_;
  Generator generator_;
  session::Session session_;
  Photo photo_ = decode(tests::folder + "golden/astronaut-181x133.png", {}, ignore_warnings);
};

// The generator's own picture is truncated to 8 bits: a float32 sum in another order may take a value over the edge, by
// one level. (PyTorch's own float64 run of these four differs from its float32 run in 0 to 3 values.)
TEST_P(ExactPicture, SquareEqualsTheOracles) {
  const Photo square{exact_square(photo_, generator_.encoding, session_.side()), {}};
  const Tensor output = session_.output(luma_of(square)).get();
  const Difference difference =
      compare(exact_generator_picture(output, generator_.encoding), picture(name_ + ".square"));
  EXPECT_LE(difference.share, 0.001);
  EXPECT_LE(difference.largest, 1);
}

// One level of blue there is up to one of U, and that is 33292 / 16384 levels of blue in the photo, rounded: 3 at most.
TEST_P(ExactPicture, EqualsTheOracles) {
  const Photo result = colourize_exactly(photo_, session_);
  const Difference difference = compare(std::get<Raster8>(result.pixels), picture(name_));
  EXPECT_LE(difference.share, 0.001);
  EXPECT_LE(difference.largest, 3);
  RecordProperty("share", std::to_string(difference.share));
  RecordProperty("largest", difference.largest);
}

INSTANTIATE_TEST_SUITE_P(Small, ExactPicture, testing::Combine(testing::Values("deep", "wide"), testing::Values(8, 9)),
                         [](const auto& info) {
                           return std::get<0>(info.param) + std::to_string(std::get<1>(info.param));
                         });

}  // namespace
}  // namespace colourize::photo
