// From samples to a generator's input by the CUDA kernels, as they stand, on the CPU, against the reference: every kind
// of samples, in the second picture of a batch, of which the first must stay as it is.
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <string>

#include "tests/cuda/device_activation.h"
#include "tests/emulation/picture_run.h"

namespace colourize::tests {
namespace {

using kernels::SamplesShape;
using kernels::Type;

constexpr float float_epsilon = 0x1p-24F;  // largest relative error of rounding to float32
constexpr std::int64_t second = 1;         // of the batch

int longest_window(int from, int to) {
  const kernels::ResizeAxis axis = kernels::bilinear_axis(from, to);
  std::size_t longest = 0;
  for (int target = 0; target < to; ++target) longest = std::max(longest, axis.weights_of(target).size());
  return static_cast<int>(longest);
}

constexpr kernels::Normalisation odd_numbers{.unit = 2, .mean = {3, -4, 0.5F, 1}, .deviation = {29, -25, 1, 0.7F}};

// How a picture is fed, but for where it goes.
struct Feeding {
  kernels::LumaLevels levels;
  kernels::Tone tone;
  int quarter_turns = 0;
  double blur = 0;
};

// The second picture of two, and the luma that it was made of.
kernels::Plane feed(kernels::Backend& backend, const Rows& rows, const Feeding& how, const kernels::View& to) {
  kernels::PictureOperations& operations = backend.pictures();
  const auto resize = prepare(operations, rows.shape().width, rows.shape().height, static_cast<int>(to.shape.w),
                              static_cast<int>(to.shape.h), how.blur);
  const auto picture = operations.picture();
  const kernels::PictureInputArgs args{resize.get(), how.levels, how.tone, how.quarter_turns, odd_numbers, to, second};
  operations.upload(*picture, rows.view());
  operations.input(*picture, args);
  backend.synchronize();
  return operations.read_luma(*picture, args);
}

void expect_input_of_the_host(const Rows& rows, const Feeding& how, const kernels::Shape& shape, Type type) {
  Tensor expected(shape);
  const auto host = open_device("reference", {.threads = 1}, ignore_warnings);
  const kernels::Plane expected_luma =
      feed(*host, rows, how, kernels::packed_view(expected.values().data(), expected.shape()));

  const auto width = static_cast<int>(shape.w);
  const auto height = static_cast<int>(shape.h);
  // Each sum and product, each weight and the host's two roundings; white - black, tone and luma's own come to seven
  // more; and a blur's weights of both axes.
  const int blur = how.blur > 0 ? 4 * static_cast<int>(kernels::gaussian(how.blur).size()) : 0;
  const int roundings =
      longest_window(rows.shape().width, width) + longest_window(rows.shape().height, height) + 14 + blur;
  const float black_to_white = how.levels.white - how.levels.black;
  // Of values beyond black and white too.
  const float most_luma = (255 * std::max(1.0F, 255 / black_to_white)) * how.tone.scale + std::abs(how.tone.shift);
  DeviceActivation square(shape, type);
  on_recorded_device({square.bytes()}, [&](kernels::Backend& backend, emulation::Recording&) {
    const kernels::Plane luma = feed(backend, rows, how, square.view());
    for (std::size_t i = 0; i < luma.values.size(); ++i) {
      ASSERT_NEAR(luma.values[i], expected_luma.values[i], float_epsilon * static_cast<float>(roundings) * most_luma);
    }
  });
  const Tensor actual = square.read();
  for (std::int64_t y = 0; y < shape.h; ++y) {
    for (std::int64_t x = 0; x < shape.w; ++x) {
      for (std::int64_t c = 0; c < shape.c; ++c) {
        const auto i = static_cast<std::size_t>(c);
        const float scale = 1 / std::abs(odd_numbers.unit * odd_numbers.deviation.at(i));
        const float shift = std::abs(odd_numbers.mean.at(i) / odd_numbers.deviation.at(i));
        const float value = expected.at(second, y, x, c);
        const float tolerance =
            float_epsilon * (static_cast<float>(roundings) * most_luma * scale + 4 * (most_luma * scale + shift));
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
        expect_input_of_the_host(rows, {.levels = {0, white}}, {2, 9, 20, 3}, Type::float16);
        expect_input_of_the_host(rows, {.levels = {0, white}}, {2, 16, 7, 1}, Type::float32);
      }
    }
  }
}

TEST(CudaPictureInput, TakesTheLumaOfAFilm) {
  for (const Type type : {Type::float16, Type::float32}) {
    expect_input_of_the_host(Rows::noise({40, 30, 1, 1}), {.levels = {16, 235}}, {2, 16, 16, 1}, type);
    expect_input_of_the_host(Rows::noise({16, 16, 1, 1}), {.levels = {16, 235}}, {2, 16, 16, 4}, type);
  }
}

// A film that lies on its side, or on its head, and is softened; a faded photo, stretched.
TEST(CudaPictureInput, IsTurnedBlurredAndToned) {
  for (const int quarter_turns : {1, 2, 3}) {
    for (const double blur : {0.0, 0.8}) {
      const testing::ScopedTrace trace(__FILE__, __LINE__, quarter_turns);
      expect_input_of_the_host(Rows::noise({40, 30, 1, 1}),
                               {.levels = {16, 235}, .quarter_turns = quarter_turns, .blur = blur}, {2, 16, 16, 3},
                               blur > 0 ? Type::float16 : Type::float32);
    }
  }
  expect_input_of_the_host(Rows::noise({33, 20, 4, 1}), {.tone = {1.75F, -60}, .blur = 1}, {2, 16, 16, 1},
                           Type::float32);
}

// One after another, and nobody waits: what is queued needs its memory until it has run.
TEST(CudaPictureInput, KeepsWhatIsStillToRun) {
  const Rows first = Rows::noise({40, 30, 1, 1});
  const Rows then = Rows::noise({40, 30, 1, 1});
  DeviceActivation small({2, 8, 8, 1}, Type::float32);
  DeviceActivation large({1, 16, 16, 1}, Type::float32);
  on_recorded_device({small.bytes(), large.bytes()}, [&](kernels::Backend& backend, emulation::Recording&) {
    kernels::PictureOperations& operations = backend.pictures();
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
    const auto host = open_device("reference", {.threads = 1}, ignore_warnings);
    Tensor expected({1, actual.shape().h, actual.shape().w, 1});
    const auto side = static_cast<int>(actual.shape().h);
    const auto resize = prepare(host->pictures(), 40, 30, side, side);
    const auto picture = host->pictures().picture();
    host->pictures().upload(*picture, rows.view());
    host->pictures().input(
        *picture, {.resize = resize.get(), .input = kernels::packed_view(expected.values().data(), expected.shape())});
    for (std::size_t i = 0; i < expected.values().size(); ++i) {
      const auto place = static_cast<std::int64_t>(i);
      ASSERT_NEAR(actual.at(n, place / side, place % side, 0), expected.values()[i], 255 * 40 * float_epsilon) << n;
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
    const auto resize = prepare(backend.pictures(), 50, 40, 32, 16);
    const auto picture = backend.pictures().picture();
    backend.pictures().upload(*picture, rows.view());
    backend.pictures().input(*picture, {.resize = resize.get(), .input = square.view()});
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
