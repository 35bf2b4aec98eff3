// From a and b to chroma, against the definition in double precision and a search that takes its time.
#include "kernels/cielab.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <random>

#include "kernels/bt601.h"

namespace colourize::kernels::cielab {
namespace {

using Colour = std::array<double, 3>;

// The matrix of sRGB with OpenCV's digits. Its inverse is not copied but solved for.
constexpr std::array<Colour, 3> to_xyz{
    {{0.412453, 0.357580, 0.180423}, {0.212671, 0.715160, 0.072169}, {0.019334, 0.119193, 0.950227}}};

double determinant(const std::array<Colour, 3>& m) {
  return m[0][0] * (m[1][1] * m[2][2] - m[1][2] * m[2][1]) - m[0][1] * (m[1][0] * m[2][2] - m[1][2] * m[2][0]) +
         m[0][2] * (m[1][0] * m[2][1] - m[1][1] * m[2][0]);
}
// Cramer's rule.
Colour solved(const std::array<Colour, 3>& matrix, const Colour& right) {
  Colour result{};
  for (std::size_t i = 0; i < 3; ++i) {
    auto replaced = matrix;
    for (std::size_t row = 0; row < 3; ++row) replaced.at(row).at(i) = right.at(row);
    result.at(i) = determinant(replaced) / determinant(matrix);
  }
  return result;
}

double linear(double sample) {
  return sample <= 0.04045 ? sample / 12.92 : std::pow((sample + 0.055) / 1.055, 2.4);
}
double encoded(double light) {
  return light <= 0.0031308 ? light * 12.92 : 1.055 * std::pow(light, 1 / 2.4) - 0.055;
}
double f(double value) {
  return value > std::pow(6.0 / 29, 3) ? std::cbrt(value) : value * 841 / 108 + 4.0 / 29;
}
double f_inverse(double value) {
  return value > 6.0 / 29 ? value * value * value : 108.0 / 841 * (value - 4.0 / 29);
}

Colour light_of(double grey, double a, double b) {
  const double y = f(linear(grey));
  return solved(to_xyz, {0.950456 * f_inverse(y + a / 500), f_inverse(y), 1.088754 * f_inverse(y - b / 200)});
}
bool within(const Colour& light) {
  return std::ranges::all_of(light, [](double value) { return value >= -1e-4 && value <= 1 + 1e-4; });
}

// What chroma() must give: steps along the hue from grey until sRGB ends; then the largest share that fits.
std::array<double, 2> expected_chroma(double grey, double a, double b) {
  double share = 1;
  if (!within(light_of(grey, a, b))) {
    constexpr int steps = 16384;
    int step = 0;
    while (step < steps && within(light_of(grey, a * (step + 1) / steps, b * (step + 1) / steps))) ++step;
    share = static_cast<double>(step) / steps;
  }
  Colour colour = light_of(grey, share * a, share * b);
  for (double& value : colour) value = encoded(std::clamp(value, 0.0, 1.0));
  const double luma = 0.299 * colour[0] + 0.587 * colour[1] + 0.114 * colour[2];
  double fits = 1;
  for (const double value : colour) {
    const double delta = value - luma;
    if (grey + delta > 1) fits = std::min(fits, (1 - grey) / delta);
    if (grey + delta < 0) fits = std::min(fits, -grey / delta);
  }
  return {fits * (colour[2] - luma) / 1.772, fits * (colour[0] - luma) / 1.402};
}

std::array<double, 3> over(double grey, const ChromaPair& chroma) {
  const double red = grey + 1.402 * chroma.red;
  const double blue = grey + 1.772 * chroma.blue;
  return {red, (grey - 0.299 * red - 0.114 * blue) / 0.587, blue};
}

TEST(Cielab, GivesTheChromaOfColoursThatSrgbHas) {
  std::mt19937 numbers(1);
  std::uniform_real_distribution<double> grey(0.02, 0.98);
  std::uniform_real_distribution<double> chroma(-60, 60);
  int inside = 0;
  for (int i = 0; i < 20000; ++i) {
    const double y = grey(numbers);
    const double a = chroma(numbers);
    const double b = chroma(numbers);
    if (!within(light_of(y, a, b))) continue;
    ++inside;
    const auto [blue, red] = cielab::chroma(static_cast<float>(y), static_cast<float>(a), static_cast<float>(b));
    const auto expected = expected_chroma(y, a, b);
    ASSERT_NEAR(blue, expected[0], 1e-3) << y << " " << a << " " << b;
    ASSERT_NEAR(red, expected[1], 1e-3) << y << " " << a << " " << b;
  }
  EXPECT_GT(inside, 5000);
}

// Networks are known to put out a and b near -180: purple and green blotches where nothing brings them back.
TEST(Cielab, BringsOtherColoursBackAlongTheirHue) {
  for (const double grey : {0.0, 0.03, 0.2, 0.5, 0.8, 0.99, 1.0}) {
    for (int turn = 0; turn < 72; ++turn) {
      const double angle = turn * 2 * 3.14159265358979 / 72;
      for (const double radius : {90.0, 180.0, 255.0, 1e4}) {
        const double a = radius * std::cos(angle);
        const double b = radius * std::sin(angle);
        const ChromaPair pair = cielab::chroma(static_cast<float>(grey), static_cast<float>(a), static_cast<float>(b));
        const auto expected = expected_chroma(grey, a, b);
        // A step of the search, 16,000th of the way, in a colour that changes by at most a few units on it.
        const double tolerance = radius > 1000 ? 0.03 : 2e-3;
        EXPECT_NEAR(pair.blue, expected[0], tolerance) << grey << " " << a << " " << b;
        EXPECT_NEAR(pair.red, expected[1], tolerance) << grey << " " << a << " " << b;
        const auto colour = over(grey, pair);
        for (const double value : colour) {
          EXPECT_GE(value, -1e-5) << grey << " " << a << " " << b;
          EXPECT_LE(value, 1 + 1e-5) << grey << " " << a << " " << b;
        }
        EXPECT_NEAR(0.299 * colour[0] + 0.587 * colour[1] + 0.114 * colour[2], grey, 1e-5);
      }
    }
  }
}

TEST(Cielab, LeavesGreysGrey) {
  for (int i = 0; i <= 255; ++i) {
    const auto [blue, red] = cielab::chroma(static_cast<float>(i) / 255, 0, 0);
    EXPECT_NEAR(blue, 0, 1e-4) << i;
    EXPECT_NEAR(red, 0, 1e-4) << i;
  }
}

}  // namespace
}  // namespace colourize::kernels::cielab
