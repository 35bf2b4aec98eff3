// From a generator's output to samples by the CUDA kernels, as they stand, on the CPU, against engine/photo: every kind of
// samples, both kinds of generator, the second picture of a batch. And all steps as the colouriser takes them.
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <string>

#include "engine/photo/colourizer.h"
#include "engine/photo/generator_input.h"
#include "tests/cuda/device_activation.h"
#include "tests/emulation/picture_run.h"

namespace colourize::tests {
namespace {

using kernels::SamplesShape;
using kernels::Type;

constexpr std::int64_t second = 1;  // of the batch

// What a generator of either kind might give, as the device's type holds it.
Tensor colours_of(Interface interface, Type type, std::int64_t pictures, std::int64_t height, std::int64_t width) {
  std::normal_distribution<float> normal(0, interface == Interface::rgb ? 1.0F : 0.15F);
  Tensor colours({pictures, height, width, interface == Interface::rgb ? 3 : 2});
  for (float& value : colours.values()) value = rounded_to(type, normal(numbers));
  return colours;
}

// The chroma of the last picture, by the host.
photo::Chroma chroma_of_the_last(const Tensor& colours, Interface interface) {
  kernels::Shape shape = colours.shape();
  shape.n = 1;
  Tensor last(shape);
  std::ranges::copy(colours.values().last(last.values().size()), last.values().begin());
  Generator generator;
  generator.interface = interface;
  return photo::generator_chroma(last, generator);
}

kernels::PictureChromaArgs chroma_args(const DeviceActivation& colours, Interface interface, std::int64_t n) {
  if (interface == Interface::chroma) return {.output = colours.view(), .n = n};
  return {colours.view(), n, kernels::Colours::rgb, photo::output_scaling()};
}

// Samples that were off by nothing, and by one level. Where a value lies at the middle between two levels, rounding in float32
// may take either.
struct Agreement {
  std::size_t equal = 0;
  std::size_t near = 0;
  std::size_t all = 0;

  void add(const std::vector<int>& actual, const std::vector<int>& expected) {
    ASSERT_EQ(actual.size(), expected.size());
    for (std::size_t i = 0; i < actual.size(); ++i) {
      equal += actual[i] == expected[i] ? 1 : 0;
      near += std::abs(actual[i] - expected[i]) <= 1 ? 1 : 0;
    }
    all += actual.size();
  }
  void expect_good() const {
    constexpr double equal_part = 0.999;
    EXPECT_EQ(near, all) << "exceeds one level";
    EXPECT_GE(static_cast<double>(equal), equal_part * static_cast<double>(all)) << "exceeds what rounding explains";
  }
};

struct Merged {
  Rows rows;
  bool finite = false;
};
Merged merged(const Rows& photo, const Tensor& values, Interface interface, Type type, std::int64_t n) {
  DeviceActivation colours(values.shape(), type);
  colours.write(values);
  Merged result{Rows(photo.shape())};
  on_recorded_device({colours.bytes()}, [&](kernels::Backend& backend, emulation::Recording&) {
    kernels::PictureOperations& operations = *backend.pictures();
    const auto resize = prepare(operations, static_cast<int>(values.shape().w), static_cast<int>(values.shape().h),
                                photo.shape().width, photo.shape().height);
    const auto picture = operations.picture();
    operations.upload(*picture, photo.view());
    operations.chroma(*picture, chroma_args(colours, interface, n));
    result.finite = operations.merge(*picture, *resize, result.rows.view());
  });
  return result;
}

TEST(CudaPictureMerge, IsThatOfTheHost) {
  Agreement agreement_8;
  Agreement agreement_16;
  for (const Interface interface : {Interface::rgb, Interface::chroma}) {
    for (const int bytes : {1, 2}) {
      for (const int channels : {3, 4}) {
        for (const auto& [width, height] : {std::pair(37, 23), std::pair(1, 1), std::pair(50, 3), std::pair(4, 61)}) {
          const Type type = (width + channels) % 2 == 0 ? Type::float16 : Type::float32;
          const Rows photo = Rows::noise({width, height, channels, bytes});
          const testing::ScopedTrace trace(__FILE__, __LINE__, std::to_string(width) + " " + std::to_string(channels));
          const Tensor colours = colours_of(interface, type, 2, 9, 14);
          const Merged actual = merged(photo, colours, interface, type, second);
          EXPECT_TRUE(actual.finite);
          EXPECT_TRUE(actual.rows.gaps_are_untouched());
          const photo::Photo expected = photo::merge(photo_of(photo), chroma_of_the_last(colours, interface));
          (bytes == 1 ? agreement_8 : agreement_16).add(actual.rows.samples(), samples_of(expected));
        }
      }
    }
  }
  agreement_8.expect_good();
  agreement_16.expect_good();
}

TEST(CudaPictureMerge, LeavesAlphaAsItIs) {
  const Rows photo = Rows::noise({19, 7, 4, 2});
  const Merged actual =
      merged(photo, colours_of(Interface::rgb, Type::float16, 1, 8, 8), Interface::rgb, Type::float16, 0);
  const std::vector<int> before = photo.samples();
  const std::vector<int> after = actual.rows.samples();
  for (std::size_t i = 3; i < before.size(); i += 4) EXPECT_EQ(after[i], before[i]);
}

// Anywhere in the picture, and only there.
TEST(CudaPictureMerge, RefusesWhatIsNotFinite) {
  const Rows photo = Rows::noise({5, 4, 3, 1});
  for (const Interface interface : {Interface::rgb, Interface::chroma}) {
    for (const float flaw : {std::numeric_limits<float>::quiet_NaN(), -std::numeric_limits<float>::infinity()}) {
      for (const std::int64_t y : {0, 6}) {
        Tensor colours = colours_of(interface, Type::float16, 2, 7, 11);
        colours.at(second, y, y == 0 ? 0 : 10, y == 0 ? 0 : 1) = flaw;
        const Merged refused = merged(photo, colours, interface, Type::float16, second);
        EXPECT_FALSE(refused.finite) << "exceeds what a float holds, and nobody noticed";
        EXPECT_TRUE(refused.rows.is_untouched());
        EXPECT_TRUE(merged(photo, colours, interface, Type::float16, 0).finite);
      }
    }
  }
}

struct Planes {
  int width = 0;
  int height = 0;
  int bytes = 1;
  kernels::ChromaLevels levels;
};

// Of a picture of 36 x 22: 4:4:4, 4:2:2, 4:2:0; one pixel; and levels that many samples lie beyond.
TEST(CudaPicturePlanes, AreThoseOfTheHost) {
  Agreement agreement;
  for (const Planes& planes :
       {Planes{36, 22, 1, {128, 255, 255}}, Planes{18, 22, 1, {128, 224, 255}}, Planes{18, 11, 2, {512, 896, 1023}},
        Planes{1, 1, 2, {512, 1023, 1023}}, Planes{7, 31, 1, {128, 900, 240}}, Planes{7, 31, 2, {512, 4000, 1023}}}) {
    for (const Type type : {Type::float16, Type::float32}) {
      const Interface interface = type == Type::float16 ? Interface::chroma : Interface::rgb;
      const Tensor values = colours_of(interface, type, 2, 16, 9);
      DeviceActivation colours(values.shape(), type);
      colours.write(values);
      const SamplesShape shape{planes.width, planes.height, 1, planes.bytes};
      Rows blue(shape);
      Rows red(shape);
      on_recorded_device({colours.bytes()}, [&](kernels::Backend& backend, emulation::Recording& recording) {
        kernels::PictureOperations& operations = *backend.pictures();
        const auto resize = prepare(operations, 9, 16, planes.width, planes.height);
        const auto picture = operations.picture();
        operations.chroma(*picture, chroma_args(colours, interface, second));
        EXPECT_TRUE(operations.chroma_planes(*picture, *resize, planes.levels, blue.view(), red.view()));
        for (const emulation::AccessCost& cost : recording.costs()) {
          if (cost.write && cost.where.starts_with("picture_merge.cu")) {
            EXPECT_EQ(cost.sectors, cost.fewest_sectors) << cost.where;
          }
        }
      });
      const photo::Chroma chroma = chroma_of_the_last(values, interface);
      const auto expected = [&](const photo::Plane& plane) {
        std::vector<int> samples;
        photo::ResizedRows rows(plane, planes.width, planes.height);
        std::vector<float> row(static_cast<std::size_t>(planes.width));
        for (int y = 0; y < planes.height; ++y) {
          rows.row(y, row);
          for (const float value : row) {
            const float level = planes.levels.middle + planes.levels.range * value;
            samples.push_back(static_cast<int>(std::clamp(level, 0.0F, planes.levels.largest) + 0.5F));
          }
        }
        return samples;
      };
      EXPECT_TRUE(blue.gaps_are_untouched() && red.gaps_are_untouched());
      agreement.add(blue.samples(), expected(chroma.blue));
      agreement.add(red.samples(), expected(chroma.red));
    }
  }
  agreement.expect_good();
}

// Forty roundings of values that are 5 at most: as in picture_input_test.cpp, with these sizes and scales.
constexpr float tolerance = 40 * 5 * 0x1p-24F;

// As the colouriser takes the steps: one photo after another, of other sizes and depths, in memory that is used again.
TEST(CudaDeviceSteps, TakeOnePhotoAfterAnother) {
  for (const Interface interface : {Interface::rgb, Interface::chroma}) {
    Generator generator;
    generator.interface = interface;
    generator.luma_mean = 117.5F;
    generator.luma_scale = 61.25F;
    generator.input_blur = 0.8F;
    generator.least_input_range = 400;  // any photo is stretched
    const Tensor values = colours_of(interface, Type::float32, 1, 6, 6);
    DeviceActivation colours(values.shape(), Type::float32);
    colours.write(values);
    emulation::setting = {};
    const auto backend = open_device("cuda", {.threads = 1});
    photo::DeviceSteps steps(generator, *backend->pictures());
    Agreement agreement;
    for (const SamplesShape& shape :
         {SamplesShape{33, 20, 3, 1}, SamplesShape{33, 20, 4, 1}, SamplesShape{70, 41, 3, 1}, SamplesShape{8, 8, 3, 2},
          SamplesShape{33, 20, 3, 1}}) {
      const photo::Photo photo = photo_of(Rows::noise(shape));
      const Tensor expected = photo::generator_input(photo, generator, 16);
      DeviceActivation square(expected.shape(), Type::float32);
      steps.write_input(photo, square.view());
      const auto result = steps.merge(photo, colours.view());
      const Tensor input = square.read();
      for (std::size_t i = 0; i < input.values().size(); ++i) {
        ASSERT_NEAR(input.values()[i], expected.values()[i], tolerance);
      }
      agreement.add(samples_of(result.value()),
                    samples_of(photo::merge(photo, photo::generator_chroma(values, generator))));
    }
    agreement.expect_good();
  }
}

TEST(CudaDeviceSteps, MoveNothingButSamples) {
  const Generator generator = build_generator(weights::Weights::builtin());
  emulation::setting = {};
  const auto backend = open_device("cuda", {.threads = 1});
  photo::Colourizer colourizer(generator, *backend, {.render_factor = 8});
  const Rows rows = Rows::noise({40, 30, 3, 1});
  const photo::Photo first = colourizer.colourize(photo_of(rows));
  emulation::counts = {};
  const photo::Photo second_time = colourizer.colourize(photo_of(rows));
  EXPECT_EQ(samples_of(first), samples_of(second_time));
  EXPECT_EQ(emulation::counts.bytes_to_device, rows.shape().all_bytes());
  // And a byte for 32 pixels of the output, which is a quarter of 128 pixels wide and high.
  EXPECT_EQ(emulation::counts.bytes_to_host, rows.shape().all_bytes() + 32 * 32 / 32);
}

}  // namespace
}  // namespace colourize::tests
