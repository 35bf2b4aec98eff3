// A picture's luma with a generator's chroma: what fits is added as it is, and what does not fit is paler, with the
// same luma and the same hue. Computed again in double precision, on every instruction set of the machine.
#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <cstring>
#include <limits>
#include <random>
#include <string>
#include <vector>

#include "kernels/reference/reference.h"
#include "tests/kernels/picture_rows.h"

namespace colourize::kernels {
namespace {

constexpr int width = 4099;  // no multiple of a vector

template <class Sample>
struct Row {
  std::vector<Sample> samples = std::vector<Sample>(3 * width);
  std::vector<float> blue = std::vector<float>(width);
  std::vector<float> red = std::vector<float>(width);

  std::vector<Sample> merged(const PictureRows& rows) const {
    std::vector<Sample> result(samples.size());
    rows.merge(samples.data(), {.width = width, .height = 1, .channels = 3, .bytes = sizeof(Sample)}, blue.data(),
               red.data(), result.data());
    return result;
  }
};

template <class Sample>
Row<Sample> noise(float deviation) {
  std::mt19937 random(1);  // NOLINT(cert-msc32-c,cert-msc51-cpp): the same numbers each time
  std::normal_distribution<float> chroma(0, deviation);
  Row<Sample> row;
  for (Sample& sample : row.samples) sample = static_cast<Sample>(random() >> 8U);
  for (float& value : row.blue) value = chroma(random);
  for (float& value : row.red) value = chroma(random);
  return row;
}

// JFIF's formulas, and the largest share of the distances from luma that fits.
struct Exact {
  double luma = 0;
  std::array<double, 3> distances{};
  double share = 1;
};
template <class Sample>
Exact exact(const Row<Sample>& row, std::size_t x) {
  constexpr double white = std::numeric_limits<Sample>::max();
  const Sample* pixel = &row.samples[3 * x];
  Exact result;
  result.luma = 0.299 * pixel[0] + 0.587 * pixel[1] + 0.114 * pixel[2];
  const double red = 1.402 * row.red[x] * white;
  const double blue = 1.772 * row.blue[x] * white;
  result.distances = {red, -(0.299 * red + 0.114 * blue) / 0.587, blue};
  for (const double distance : result.distances) {
    if (result.luma + distance > white) result.share = std::min(result.share, (white - result.luma) / distance);
    if (result.luma + distance < 0) result.share = std::min(result.share, -result.luma / distance);
  }
  return result;
}

class Merging : public testing::TestWithParam<std::string> {
 protected:
  void SetUp() override {
    if (GetParam() == "reference") return;
    const auto rows = picture_rows_of(GetParam());
    if (!rows) GTEST_SKIP() << "not on this processor";
    rows_ = *rows;
  }

  PictureRows rows_ = reference::picture_rows();
};

// Half a step of rounding, and float32's own: 2^-24 of numbers of up to 4 times white, a few times over.
template <class Sample>
constexpr double rounding = 0.5 + 16 * 0x1p-24 * std::numeric_limits<Sample>::max();

template <class Sample>
void expect_exact(const PictureRows& rows) {
  std::size_t fitting = 0;
  std::size_t paler = 0;
  for (const float deviation : {0.02F, 0.3F}) {
    const Row<Sample> row = noise<Sample>(deviation);
    const std::vector<Sample> merged = row.merged(rows);
    for (std::size_t x = 0; x < width; ++x) {
      const Exact expected = exact(row, x);
      ++(expected.share < 1 ? paler : fitting);
      double luma = 0;
      constexpr std::array weights{0.299, 0.587, 0.114};
      for (std::size_t c = 0; c < 3; ++c) {
        ASSERT_NEAR(merged[3 * x + c], expected.luma + expected.share * expected.distances.at(c), rounding<Sample>)
            << x << " " << c;
        luma += weights.at(c) * merged[3 * x + c];
      }
      ASSERT_NEAR(luma, expected.luma, rounding<Sample>);
    }
  }
  EXPECT_GT(fitting, 1000U);
  EXPECT_GT(paler, 1000U);
}

TEST_P(Merging, KeepsLumaAndHueOfWhatDoesNotFit) {
  expect_exact<std::uint8_t>(rows_);
  expect_exact<std::uint16_t>(rows_);
}

// Black and white have no colour, and neither has what a channel is infinitely far from.
TEST_P(Merging, LeavesGreyWhereNoneFits) {
  constexpr float largest = std::numeric_limits<float>::max();
  for (const float chroma : {0.2F, -0.2F, 1e30F, largest, -largest}) {
    for (const int grey : {0, 77, 255}) {
      if (grey == 77 && std::abs(chroma) < largest) continue;  // has a share that fits
      Row<std::uint8_t> row;
      std::ranges::fill(row.samples, static_cast<std::uint8_t>(grey));
      std::ranges::fill(row.blue, chroma);
      std::ranges::fill(row.red, -chroma / 2);
      for (const std::uint8_t sample : row.merged(rows_)) {
        ASSERT_EQ(sample, grey) << chroma;
      }
    }
  }
}

INSTANTIATE_TEST_SUITE_P(All, Merging, testing::ValuesIn([] {
                           std::vector<std::string> names = cpu_target_names();
                           names.insert(names.begin(), "reference");
                           return names;
                         }()),
                         [](const auto& info) { return info.param; });

}  // namespace
}  // namespace colourize::kernels
