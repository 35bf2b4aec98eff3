// Rows of pictures: resizing against Pillow (tests/oracle/make_resize_cases.py), blur against OpenCV
// (make_blur_cases.py), and every backend's own way with rows against the reference's, bit for bit. And which numbers
// of a generator's a and b, and of the grey that it saw, the host takes for a pixel's chroma.
#include <gtest/gtest.h>

#include <algorithm>
#include <cstring>
#include <iomanip>
#include <limits>
#include <optional>
#include <random>
#include <span>
#include <sstream>

#include "kernels/blur.h"
#include "kernels/cielab.h"
#include "kernels/reference/reference.h"
#include "kernels/resize_axis.h"
#include "tests/kernels/picture_rows.h"
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

class PictureRowsOfTarget : public testing::TestWithParam<std::string> {
 protected:
  void SetUp() override {
    const auto rows = picture_rows_of(GetParam());
    if (!rows) GTEST_SKIP() << "not on this processor";
    rows_ = *rows;
  }

  PictureRows rows_;
  PictureRows reference_ = reference::picture_rows();
  std::mt19937 random_{1};  // NOLINT(cert-msc32-c,cert-msc51-cpp): the same numbers each time
};

// Samples of all levels; widths around those of vectors, so that what is left over is seen too; nothing beyond the row
// is written.
TEST_P(PictureRowsOfTarget, GiveTheBitsOfTheReference) {
  constexpr std::size_t guard = 64;
  std::normal_distribution<float> chroma(0, 0.3F);
  for (const int bytes : {1, 2}) {
    for (const int channels : {1, 3, 4}) {
      for (int width = 1; width <= 70; ++width) {
        const SamplesShape shape{.width = width, .height = 1, .channels = channels, .bytes = bytes};
        std::vector<std::uint8_t> samples(shape.row_bytes());
        for (std::uint8_t& sample : samples) sample = static_cast<std::uint8_t>(random_());
        std::vector<float> expected(static_cast<std::size_t>(width) + guard, 7);
        std::vector<float> actual = expected;
        const float scale = bytes == 1 ? 255 / 219.0F : 255 / 65535.0F;
        reference_.luma(samples.data(), shape, 16, scale, expected.data());
        rows_.luma(samples.data(), shape, 16, scale, actual.data());
        ASSERT_EQ(actual, expected) << width << " x " << channels << " x " << bytes;
        if (channels == 1) continue;
        std::vector<float> blue(static_cast<std::size_t>(width));
        std::vector<float> red(blue.size());
        for (std::size_t i = 0; i < blue.size(); ++i) {
          blue[i] = chroma(random_);
          red[i] = chroma(random_);
        }
        std::vector<std::uint8_t> expected_samples(samples.size() + guard, 7);
        std::vector<std::uint8_t> actual_samples = expected_samples;
        reference_.merge(samples.data(), shape, blue.data(), red.data(), expected_samples.data());
        rows_.merge(samples.data(), shape, blue.data(), red.data(), actual_samples.data());
        ASSERT_EQ(actual_samples, expected_samples) << width << " x " << channels << " x " << bytes;
        // In place.
        rows_.merge(samples.data(), shape, blue.data(), red.data(), samples.data());
        ASSERT_TRUE(std::ranges::equal(samples, std::span(expected_samples).first(samples.size())));
      }
    }
    for (std::int64_t count = 1; count <= 70; ++count) {
      std::vector<float> values(static_cast<std::size_t>(count));
      for (float& value : values) value = 2 * chroma(random_);
      const ChromaLevels levels = bytes == 1 ? ChromaLevels{128, 224, 255} : ChromaLevels{512, 896, 1023};
      std::vector<std::uint16_t> expected(values.size() + guard, 7);
      std::vector<std::uint16_t> actual = expected;
      reference_.quantise(values.data(), count, levels, bytes, expected.data());
      rows_.quantise(values.data(), count, levels, bytes, actual.data());
      ASSERT_EQ(actual, expected) << count << " x " << bytes;
    }
  }
}

TEST_P(PictureRowsOfTarget, ResizeToTheBitsOfTheReference) {
  std::normal_distribution<float> normal(0, 100);
  for (const int from : {1, 2, 3, 17, 64, 131}) {
    for (const int to : {1, 2, 5, 17, 63, 64, 65, 300, 2000}) {
      Plane source(from, 5);
      for (float& value : source.values) value = normal(random_);
      const Plane expected = resized(reference_, source, to, 9);
      ASSERT_EQ(resized(rows_, source, to, 9).values, expected.values) << from << " to " << to;
    }
  }
}

INSTANTIATE_TEST_SUITE_P(All, PictureRowsOfTarget, testing::ValuesIn(cpu_target_names()),
                         [](const auto& info) { return info.param; });

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

// A batch in memory where pixels, rows and pictures lie apart, with NaN between them.
class ApartBatch {
 public:
  explicit ApartBatch(const Shape& shape)
      : shape_(shape),
        values_(static_cast<std::size_t>(strides().n * shape.n), std::numeric_limits<float>::quiet_NaN()) {}

  View view() { return {values_.data(), shape_, strides()}; }
  float& at(std::int64_t n, std::int64_t y, std::int64_t x, std::int64_t c) { return view().at(n, y, x)[c]; }

 private:
  Strides strides() const {
    const std::int64_t pixel = shape_.c + 2;
    const std::int64_t row = shape_.w * pixel + 5;
    return {shape_.h * row + 3, row, pixel};
  }

  Shape shape_;
  std::vector<float> values_;
};

// A batch of two: a and b, and the grey that the generator saw, as a network's input holds it.
class HostLab : public testing::Test {
 protected:
  static constexpr Normalisation grey{.mean = {0.45F}, .deviation = {0.23F, 1, 1, 1}};
  static constexpr std::int64_t height = 6;
  static constexpr std::int64_t width = 9;

  HostLab() {
    std::mt19937 random(1);  // NOLINT(cert-msc32-c,cert-msc51-cpp): the same numbers each time
    std::normal_distribution<float> normal(0, 30);
    std::uniform_real_distribution<float> luma(0, 1);
    for (std::int64_t n = 0; n < 2; ++n) {
      for (std::int64_t y = 0; y < height; ++y) {
        for (std::int64_t x = 0; x < width; ++x) {
          output_.at(n, y, x, 0) = normal(random);
          output_.at(n, y, x, 1) = normal(random);
          input_.at(n, y, x, 0) = (luma(random) - grey.mean[0]) / grey.deviation[0];
        }
      }
    }
  }

  std::optional<Chroma> chroma_of(std::int64_t n) {
    ThreadPool pool(2);
    const auto operations = host_pictures(reference::picture_rows(), pool);
    const auto picture = operations->picture();
    operations->chroma(
        *picture, {.output = output_.view(), .n = n, .colours = Colours::lab, .input = input_.view(), .grey = grey});
    return operations->read_chroma(*picture);
  }

  ApartBatch output_{{2, height, width, 2}};
  ApartBatch input_{{2, height, width, 1}};
};

// tests/kernels/cielab_test.cpp has the formula; here is which numbers it gets.
TEST_F(HostLab, TakesEachPixelsOwnNumbers) {
  for (const std::int64_t n : {0, 1}) {
    const std::optional<Chroma> actual = chroma_of(n);
    ASSERT_TRUE(actual.has_value());
    ASSERT_EQ(actual->blue.width, width);
    ASSERT_EQ(actual->blue.height, height);
    for (int y = 0; y < height; ++y) {
      for (int x = 0; x < width; ++x) {
        const float seen = input_.at(n, y, x, 0) * grey.deviation[0] + grey.mean[0];
        const auto [blue, red] = cielab::chroma(seen, output_.at(n, y, x, 0), output_.at(n, y, x, 1));
        EXPECT_EQ(actual->blue.row(y)[static_cast<std::size_t>(x)], blue) << n << " " << y << " " << x;
        EXPECT_EQ(actual->red.row(y)[static_cast<std::size_t>(x)], red) << n << " " << y << " " << x;
      }
    }
  }
}

TEST_F(HostLab, RefusesWhatIsNotFinite) {
  for (const float flaw : {std::numeric_limits<float>::quiet_NaN(), -std::numeric_limits<float>::infinity()}) {
    for (const std::int64_t c : {0, 1}) {
      const float before = output_.at(1, height - 1, width - 1, c);
      output_.at(1, height - 1, width - 1, c) = flaw;
      EXPECT_TRUE(chroma_of(0).has_value()) << c;
      EXPECT_FALSE(chroma_of(1).has_value()) << c;
      output_.at(1, height - 1, width - 1, c) = before;
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
