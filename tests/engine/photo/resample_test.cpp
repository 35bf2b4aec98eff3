// Resizing against Pillow's numbers (tests/oracle/make_resize_cases.py).
#include "engine/photo/resample.h"

#include <gtest/gtest.h>

#include <cstring>
#include <iomanip>
#include <sstream>

#include "tests/support/golden.h"

namespace colourize::photo {
namespace {

std::string numbered(const std::string& prefix, int number) {
  std::ostringstream text;
  text << prefix << std::setw(2) << std::setfill('0') << number;
  return text.str();
}

Raster8 raster(const tests::GoldenFile& file, const std::string& name) {
  const weights::Dimensions& shape = file.shape(name);
  Raster8 result(static_cast<int>(shape[1]), static_cast<int>(shape[0]), static_cast<int>(shape[2]));
  std::memcpy(result.samples.data(), file.bytes(name).data(), result.samples.size());
  return result;
}

Plane plane(const tests::GoldenFile& file, const std::string& name) {
  const weights::Dimensions& shape = file.shape(name);
  Plane result(static_cast<int>(shape[1]), static_cast<int>(shape[0]));
  std::memcpy(result.values.data(), file.bytes(name).data(), file.bytes(name).size());
  return result;
}

// The numbers of the cases in the file: 0, 1, ... or 1, 2, ...
std::vector<int> cases(const tests::GoldenFile& file, const std::string& prefix) {
  std::vector<int> numbers;
  for (int number = 0; number < 100; ++number) {
    if (file.has(numbered(prefix, number))) numbers.push_back(number);
  }
  return numbers;
}

TEST(Resize, EqualsPillowBitForBit) {
  const tests::GoldenFile file("resize");
  const auto numbers = cases(file, "source.");
  ASSERT_GE(numbers.size(), 20U);
  for (const int number : numbers) {
    const Raster8 source = raster(file, numbered("source.", number));
    const Raster8 target = raster(file, numbered("target.", number));
    const Raster8 resized = resize_8_bit(source, target.width, target.height);
    EXPECT_EQ(resized.samples, target.samples)
        << source.width << " x " << source.height << " -> " << target.width << " x " << target.height;
  }
}

TEST(Resize, EqualsPillowInFloatingPoint) {
  const tests::GoldenFile file("resize");
  const auto numbers = cases(file, "float.source.");
  ASSERT_GE(numbers.size(), 6U);
  for (const int number : numbers) {
    const Plane source = plane(file, numbered("float.source.", number));
    const Plane target = plane(file, numbered("float.target.", number));
    EXPECT_EQ(resize(source, target.width, target.height).values, target.values) << number;
  }
}

TEST(Resize, GivesTheSameRowByRow) {
  const tests::GoldenFile file("resize");
  for (const int number : cases(file, "float.source.")) {
    const Plane source = plane(file, numbered("float.source.", number));
    const Plane target = plane(file, numbered("float.target.", number));
    ResizedRows rows(source, target.width, target.height);
    std::vector<float> row(static_cast<std::size_t>(target.width));
    float largest = 0;
    for (const float value : source.values) largest = std::max(largest, std::abs(value));
    for (int y = 0; y < target.height; ++y) {
      rows.row(y, row);
      for (std::size_t x = 0; x < row.size(); ++x) {
        // The passes come in the other order: one rounding to float32 differs.
        EXPECT_NEAR(row[x], target.row(y)[x], largest * 2e-7) << number;
      }
    }
  }
}

}  // namespace
}  // namespace colourize::photo
