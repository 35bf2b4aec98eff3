// From samples to a generator's input by the CUDA kernels, as they stand, on the CPU, against engine/photo: every kind of
// samples, in the second picture of a batch, of which the first must stay as it is.
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <string>

#include "engine/photo/luma_chroma.h"
#include "tests/cuda/device_activation.h"
#include "tests/emulation/picture_run.h"

namespace colourize::tests {
namespace {

using kernels::SamplesShape;
using kernels::Type;

constexpr float float_epsilon = 0x1p-24F;  // largest relative error of rounding to float32
constexpr std::int64_t second = 1;         // of the batch

int longest_window(int from, int to) {
  const photo::Resampling axis(from, to);
  std::size_t longest = 0;
  for (int target = 0; target < to; ++target) longest = std::max(longest, axis.weights(target).size());
  return static_cast<int>(longest);
}

// A picture's luma at another size, 0 to 255, by the host.
photo::Plane resized_luma(const Rows& rows, float black, float white, int width, int height) {
  const SamplesShape& shape = rows.shape();
  photo::Photo photo;
  if (shape.channels > 1) photo = photo_of(rows);
  const std::vector<int> samples = rows.samples();
  const auto row = [&](int y, std::span<float> to) {
    if (shape.channels > 1) return photo::luma_row(photo, y, to);
    const int* from = &samples[static_cast<std::size_t>(y * shape.width)];
    for (float& value : to) value = 255 / (white - black) * (static_cast<float>(*from++) - black);
  };
  return photo::resize(row, shape.width, shape.height, width, height);
}

constexpr kernels::ChannelScaling odd_scaling{{0.017F, -0.02F, 0.5F, 1}, {-2.1F, 3, 0.25F, -7}};

void expect_input_of_the_host(const Rows& rows, float black, float white, const kernels::Shape& shape, Type type) {
  const auto width = static_cast<int>(shape.w);
  const auto height = static_cast<int>(shape.h);
  const photo::Plane luma = resized_luma(rows, black, white, width, height);
  // Each sum and product, each weight and the host's two roundings; white - black and luma's own come to five more.
  const int roundings = longest_window(rows.shape().width, width) + longest_window(rows.shape().height, height) + 12;
  DeviceActivation square(shape, type);
  on_recorded_device({square.bytes()}, [&](kernels::Backend& backend, emulation::Recording&) {
    kernels::PictureOperations& operations = *backend.pictures();
    const auto resize = prepare(operations, rows.shape().width, rows.shape().height, width, height);
    const auto picture = operations.picture();
    operations.upload(*picture, rows.view());
    operations.input(*picture, {resize.get(), black, white, odd_scaling, square.view(), second});
    backend.synchronize();
  });
  const Tensor actual = square.read();
  for (std::int64_t y = 0; y < shape.h; ++y) {
    for (std::int64_t x = 0; x < shape.w; ++x) {
      for (std::int64_t c = 0; c < shape.c; ++c) {
        const auto i = static_cast<std::size_t>(c);
        const float from = luma.row(static_cast<int>(y))[static_cast<std::size_t>(x)];
        const float value = from * odd_scaling.scale.at(i) + odd_scaling.shift.at(i);
        // Of values beyond black and white too.
        const float most = 255 * std::max(1.0F, 255 / (white - black)) * std::abs(odd_scaling.scale.at(i));
        const float tolerance =
            float_epsilon * (static_cast<float>(roundings) * most + 3 * (most + std::abs(odd_scaling.shift.at(i))));
        EXPECT_TRUE(std::isnan(actual.at(0, y, x, c))) << "the first picture was written";
        ASSERT_NEAR(actual.at(second, y, x, c), value, tolerance + rounding(type, value)) << y << " " << x << " " << c;
      }
    }
  }
  EXPECT_EQ(square.strays(), 0) << "something was written around the output";
}

TEST(CudaPictureInput, IsThatOfTheHost) {
  for (const int bytes : {1, 2}) {
    for (const int channels : {1, 3, 4}) {
      for (const auto& [width, height] : {std::pair(37, 23), std::pair(1, 1), std::pair(5, 71)}) {
        const Rows rows = Rows::noise({width, height, channels, bytes});
        const testing::ScopedTrace trace(__FILE__, __LINE__, std::to_string(width) + " " + std::to_string(channels));
        const float white = bytes == 1 ? 255 : 65535;
        expect_input_of_the_host(rows, 0, white, {2, 9, 20, 3}, Type::float16);
        expect_input_of_the_host(rows, 0, white, {2, 16, 7, 1}, Type::float32);
      }
    }
  }
}

TEST(CudaPictureInput, TakesTheLumaOfAFilm) {
  for (const Type type : {Type::float16, Type::float32}) {
    expect_input_of_the_host(Rows::noise({40, 30, 1, 1}), 16, 235, {2, 16, 16, 1}, type);
    expect_input_of_the_host(Rows::noise({16, 16, 1, 1}), 16, 235, {2, 16, 16, 4}, type);
  }
}

// One after another, and nobody waits: what is queued needs its memory until it has run.
TEST(CudaPictureInput, KeepsWhatIsStillToRun) {
  const Rows first = Rows::noise({40, 30, 1, 1});
  const Rows then = Rows::noise({40, 30, 1, 1});
  DeviceActivation small({2, 8, 8, 1}, Type::float32);
  DeviceActivation large({1, 16, 16, 1}, Type::float32);
  on_recorded_device({small.bytes(), large.bytes()}, [&](kernels::Backend& backend, emulation::Recording&) {
    kernels::PictureOperations& operations = *backend.pictures();
    {
      const auto to_small = prepare(operations, 40, 30, 8, 8);
      const auto to_large = prepare(operations, 40, 30, 16, 16);
      const auto one = operations.picture();
      const auto other = operations.picture();
      // The places for samples are there, so that nothing waits for one.
      operations.upload(*one, then.view());
      operations.upload(*other, first.view());
      operations.upload(*one, first.view());
      operations.upload(*other, then.view());
      operations.input(*one, {.resize = to_small.get(), .input = small.view()});
      operations.input(*one, {.resize = to_large.get(), .input = large.view()});
      operations.input(*other, {.resize = to_small.get(), .input = small.view(), .n = second});
    }
    backend.synchronize();
  });
  const auto expect = [](const Tensor& actual, std::int64_t n, const Rows& rows) {
    const auto side = static_cast<int>(actual.shape().h);
    const photo::Plane luma = resized_luma(rows, 0, 255, side, side);
    for (std::size_t i = 0; i < luma.values.size(); ++i) {
      const auto place = static_cast<std::int64_t>(i);
      ASSERT_NEAR(actual.at(n, place / side, place % side, 0), luma.values[i], 255 * 40 * float_epsilon) << n;
    }
  };
  expect(small.read(), 0, first);
  expect(large.read(), 0, first);
  expect(small.read(), second, then);
}

// What picture_input.cu says of the plane between its passes.
TEST(CudaPictureInput, MovesThePlaneInWholeSectors) {
  DeviceActivation square({1, 16, 32, 1}, Type::float16);
  const Rows rows = Rows::noise({50, 40, 3, 1});
  on_recorded_device({square.bytes()}, [&](kernels::Backend& backend, emulation::Recording& recording) {
    const auto resize = prepare(*backend.pictures(), 50, 40, 32, 16);
    const auto picture = backend.pictures()->picture();
    backend.pictures()->upload(*picture, rows.view());
    backend.pictures()->input(*picture, {.resize = resize.get(), .input = square.view()});
    backend.synchronize();
    std::size_t accesses = 0;
    for (const emulation::AccessCost& cost : recording.costs()) {
      if (!cost.where.starts_with("picture_input.cu")) continue;
      ++accesses;
      EXPECT_EQ(cost.sectors, cost.fewest_sectors) << cost.where;
    }
#ifndef __SANITIZE_ADDRESS__  // whose build records wide accesses only
    EXPECT_GE(accesses, 2U) << "the plane's store and load were not found";
#endif
  });
}

}  // namespace
}  // namespace colourize::tests
