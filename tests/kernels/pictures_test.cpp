// Rows of pictures: resizing against Pillow (tests/oracle/make_resize_cases.py), blur against OpenCV (make_blur_cases.py), and every
// backend's own way with rows against the reference's, bit for bit.
#include <gtest/gtest.h>

#include <algorithm>
#include <cstring>
#include <iomanip>
#include <random>
#include <sstream>

#include "kernels/blur.h"
#include "kernels/host_pictures.h"
#include "kernels/reference/reference.h"
#include "kernels/resize_axis.h"
#include "tests/support/golden.h"

namespace colourize::kernels {
namespace {

Plane plane(const tests::GoldenFile& file, const std::string& name) {
  const weights::Dimensions& shape = file.shape(name);
  Plane result(static_cast<int>(shape[1]), static_cast<int>(shape[0]));
  std::memcpy(result.values.data(), file.bytes(name).data(), file.bytes(name).size());
  return result;
}

std::string numbered(const std::string& prefix, int number) {
  std::ostringstream text;
  text << prefix << std::setw(2) << std::setfill('0') << number;
  return text.str();
}

// Along the rows first.
Plane resized(const PictureRows& rows, const Plane& source, int width, int height) {
  const ResizeAxis horizontal = bilinear_axis(source.width, width);
  const ResizeAxis vertical = bilinear_axis(source.height, height);
  Plane narrow(width, source.height);
  for (int y = 0; y < source.height; ++y) {
    rows.resize_row(source.row(y).data(), horizontal, narrow.row(y).data());
  }
  Plane result(width, height);
  for (int y = 0; y < height; ++y) rows.blend_rows(narrow, vertical, y, result.row(y).data());
  return result;
}

// Along the columns first, as chroma is resized: a row when it is needed.
Plane resized_columns_first(const PictureRows& rows, const Plane& source, int width, int height) {
  const ResizeAxis horizontal = bilinear_axis(source.width, width);
  const ResizeAxis vertical = bilinear_axis(source.height, height);
  std::vector<float> blended(static_cast<std::size_t>(source.width));
  Plane result(width, height);
  for (int y = 0; y < height; ++y) {
    rows.blend_rows(source, vertical, y, blended.data());
    rows.resize_row(blended.data(), horizontal, result.row(y).data());
  }
  return result;
}

TEST(PictureRows, ResizeAsPillowDoes) {
  const tests::GoldenFile file("resize");
  const PictureRows rows = reference::picture_rows();
  int cases = 0;
  for (int number = 0; number < 100; ++number) {
    if (!file.has(numbered("float.source.", number))) continue;
    ++cases;
    const Plane source = plane(file, numbered("float.source.", number));
    const Plane target = plane(file, numbered("float.target.", number));
    EXPECT_EQ(resized(rows, source, target.width, target.height).values, target.values) << number;
    float largest = 0;
    for (const float value : source.values) largest = std::max(largest, std::abs(value));
    const Plane other_way = resized_columns_first(rows, source, target.width, target.height);
    for (std::size_t i = 0; i < target.values.size(); ++i) {
      // The passes come in the other order: one rounding to float32 differs.
      EXPECT_NEAR(other_way.values[i], target.values[i], largest * 2e-7) << number;
    }
  }
  EXPECT_GE(cases, 6);
}

TEST(Blur, EqualsOpenCv) {
  const tests::GoldenFile file("blur");
  ThreadPool pool(2);
  int number = 0;
  for (; file.has("source." + std::to_string(number)); ++number) {
    const std::string suffix = "." + std::to_string(number);
    float deviation = 0;
    std::memcpy(&deviation, file.bytes("deviation" + suffix).data(), sizeof(deviation));
    const Plane result = blurred(plane(file, "source" + suffix), deviation, pool);
    const Plane expected = plane(file, "target" + suffix);
    for (std::size_t i = 0; i < expected.values.size(); ++i) {
      // A rounding for each of the weights of both axes, at most 21, and their own.
      ASSERT_NEAR(result.values[i], expected.values[i], 44 * 255 * 0x1p-24F) << "case " << number << " value " << i;
    }
  }
  EXPECT_EQ(number, 6);
}

// The way of a GPU, whose resize takes any windows, against that of the host, which blurs afterwards.
TEST(Blur, InOneStepWithAResizeIsTheSame) {
  std::mt19937 random(1);  // NOLINT(cert-msc32-c,cert-msc51-cpp): the same numbers each time
  std::uniform_real_distribution<float> luma(0, 255);
  ThreadPool pool(1);
  for (const auto& [from, to] : {std::pair{100, 32}, {32, 32}, {20, 33}, {1, 8}, {500, 7}, {3, 1}}) {
    std::vector<double> source(static_cast<std::size_t>(from));
    for (double& value : source) value = luma(random);
    const auto along = [&](const ResizeAxis& axis, int target) {
      double sum = 0;
      auto at = static_cast<std::size_t>(axis.first[static_cast<std::size_t>(target)]);
      for (const double weight : axis.weights_of(target)) sum += weight * source.at(at++);
      return static_cast<float>(sum);
    };
    const ResizeAxis plain = bilinear_axis(from, to);
    Plane row(to, 1);
    for (int x = 0; x < to; ++x) row.values[static_cast<std::size_t>(x)] = along(plain, x);
    const Plane expected = blurred(row, 1.3, pool);
    const ResizeAxis both = blurred(plain, 1.3);
    ASSERT_EQ(both.from, from);
    ASSERT_EQ(both.to(), to);
    for (int x = 0; x < to; ++x) {
      ASSERT_NEAR(along(both, x), expected.values[static_cast<std::size_t>(x)], 1e-4)
          << from << " to " << to << " at " << x;
    }
  }
}

TEST(Planes, TurnASquareAndBack) {
  Plane square(3, 3);
  square.values = {1, 2, 3, 4, 5, 6, 7, 8, 9};
  EXPECT_EQ(turned(square, 1).values, (std::vector<float>{7, 4, 1, 8, 5, 2, 9, 6, 3}));
  EXPECT_EQ(turned(turned(square, 3), 1).values, square.values);
}

}  // namespace
}  // namespace colourize::kernels
