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

}  // namespace
}  // namespace colourize::photo
