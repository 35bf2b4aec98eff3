// The steps around a generator, on the device against the reference. Compiled twice, for the emulated
// runtime and for a GPU; what can be seen in the emulation only is tested in tests/emulation/.
#include <gtest/gtest.h>

#include <algorithm>
#include <map>
#include <random>
#include <string>

#include "engine/device.h"
#include "engine/photo/host_steps.h"
#include "engine/photo/luma.h"
#include "engine/photo/luma_range.h"
#include "tests/cuda/device_activation.h"
#include "tests/cuda/usable.h"

namespace colourize::tests {
namespace {

using kernels::Colours;
using kernels::Precision;

std::mt19937 numbers(1);  // NOLINT(cert-msc32-c,cert-msc51-cpp): the same numbers every time

template <class Sample>
photo::Photo noise(int width, int height, int channels) {
  photo::Raster<Sample> raster(width, height, channels);
  for (Sample& sample : raster.samples) sample = static_cast<Sample>(numbers() >> 16U);
  return {std::move(raster), {}};
}

std::vector<int> numbers_of(const photo::Photo& photo) {
  return std::visit([](const auto& raster) { return std::vector<int>(raster.samples.begin(), raster.samples.end()); },
                    photo.pixels);
}

// An activation in the backend's memory.
class OnDevice {
 public:
  OnDevice(kernels::Backend& backend, const kernels::Shape& shape) : backend_(backend) {
    view_ = {nullptr, shape, aligned_strides(shape, backend.channel_alignment()), backend.activation_type()};
    view_.data = backend.allocate(static_cast<std::size_t>(view_.strides.n * shape.n * size_of(view_.type)));
  }
  OnDevice(const OnDevice&) = delete;
  OnDevice& operator=(const OnDevice&) = delete;
  ~OnDevice() { backend_.release(view_.data); }

  const kernels::View& view() const { return view_; }
  Tensor read() const {
    Tensor tensor(view_.shape);
    backend_.read(view_, tensor.values().data());
    return tensor;
  }

 private:
  kernels::Backend& backend_;
  kernels::View view_;
};

class CudaSteps : public testing::TestWithParam<std::tuple<Colours, Precision>> {
 protected:
  void SetUp() override {
    if (!cuda_is_usable()) GTEST_SKIP() << "there is no GPU here";
  }
};

// What a generator of this kind takes and gives. a and b lie over a grey of 0 to 1.
Encoding encoding_of(Colours kind) {
  const kernels::Normalisation luma{.mean = {117.5F, 90, 130}, .deviation = {61.25F, 50, 70, 1}};
  const kernels::Normalisation grey{.unit = 255, .mean = {0.45F}, .deviation = {0.23F, 1, 1, 1}};
  return {.input_channels = kind == Colours::rgb ? 3 : 1,
          .input = kind == Colours::lab ? grey : luma,
          .input_blur = 0.8,
          .least_input_range = 400,  // any photo is stretched
          .colours = kind,
          .output = {.mean = {0.485F, 0.456F, 0.406F}, .deviation = {0.229F, 0.224F, 0.225F, 1}}};
}

// a and b stand over an input of `side`; other outputs may have another size.
Tensor output_of(Colours kind, int side) {
  const std::map<Colours, float> deviations{{Colours::rgb, 1.0F}, {Colours::chroma, 0.15F}, {Colours::lab, 30.0F}};
  const std::int64_t channels = kernels::channels_of(kind);
  Tensor output(kind == Colours::lab ? kernels::Shape{1, side, side, channels} : kernels::Shape{1, 12, 16, channels});
  std::normal_distribution<float> normal(0, deviations.at(kind));
  for (float& value : output.values()) value = normal(numbers);
  return output;
}

// In levels of the photo's samples: how far any sample may lie from the host's, and how far all but a 1000th.
//
// Rounding in float32 may take either level where a value lies at the middle between two. lab in 16 bits shows more:
//   A device fuses multiplications with additions, and its powf is up to 4 units in the last place off (CUDA C++
//   Programming Guide, "Mathematical Functions"). Light is a sum of terms of 5 in all, ten roundings deep: 3e-6 at
//   most, and a 10th of that as a rule. Where sRGB's curve has a slope of 2 that is 0.04 levels of 16 bits, so that a
//   few values in a hundred round to the next level.
//   The search of kernels/cielab.h may end a step apart, 2^-14 of a and b. An a of 120, 4 deviations, changes light by
//   at most 3.24 * 0.95 * 3 * 120 / 500, a b by 0.5 * 1.09 * 3 * 120 / 200, so a step does by 2e-4; a sample changes by
//   at most 12.92 times that, and its difference from luma by 1.4 times the sample's: 3.7e-3, less than a level of 8
//   bits. (The scale that makes chroma fit counters it.)
struct Bounds {
  int any = 1;
  int most = 0;
};
Bounds bounds_of(Colours kind, const photo::Photo& photo) {
  const bool fine = photo::samples_of(photo).shape.bytes == 2;
  return kind == Colours::lab && fine ? Bounds{.any = 65535 / 255, .most = 1} : Bounds{};
}

TEST_P(CudaSteps, AreThoseOfTheHost) {
  const auto [kind, precision] = GetParam();
  Generator generator;
  generator.encoding = encoding_of(kind);
  const auto backend = open_device("cuda", {.threads = 1, .precision = precision}, ignore_warnings);
  kernels::PictureOperations& operations = backend->pictures();
  const auto picture = operations.picture();
  std::size_t near = 0;
  std::size_t all = 0;
  for (const photo::Photo& photo : {noise<std::uint8_t>(181, 133, 3), noise<std::uint8_t>(33, 20, 4),
                                    noise<std::uint16_t>(95, 140, 3), noise<std::uint16_t>(1, 1, 4)}) {
    const testing::ScopedTrace trace(__FILE__, __LINE__, photo.width());
    const Tensor expected = photo::generator_input(photo, generator, 32);
    const OnDevice square(*backend, expected.shape());
    const session::Luma luma = photo::luma_of(photo);
    const auto to_square =
        operations.prepare(kernels::bilinear_axis(photo.width(), 32), kernels::bilinear_axis(photo.height(), 32), 0.8);
    operations.upload(*picture, luma.samples);
    operations.input(*picture,
                     {.resize = to_square.get(),
                      .levels = luma.levels,
                      .tone = session::stretched_tone(photo::luma_range(photo), generator.encoding.least_input_range),
                      .normalisation = generator.encoding.input,
                      .input = square.view()});
    const Tensor input = square.read();
    for (std::size_t i = 0; i < input.values().size(); ++i) {
      // At most 40 roundings of values of at most 5, and the last one.
      const float most = 40 * 5 * 0x1p-24F + rounding(square.view().type, expected.values()[i]);
      ASSERT_NEAR(input.values()[i], expected.values()[i], most);
    }

    const Tensor given = output_of(kind, 32);
    const OnDevice colours(*backend, given.shape());
    backend->write(given.values().data(), colours.view());
    const auto to_photo =
        operations.prepare(kernels::bilinear_axis(static_cast<int>(given.shape().w), photo.width()),
                           kernels::bilinear_axis(static_cast<int>(given.shape().h), photo.height()), 0);
    photo::Photo merged = photo;
    operations.chroma(*picture, {.output = colours.view(),
                                 .colours = kind,
                                 .normalisation = generator.encoding.output,
                                 .input = square.view(),
                                 .grey = generator.encoding.input});
    ASSERT_TRUE(operations.merge(*picture, *to_photo, photo::samples_of(merged)));
    photo::Photo of_the_host = photo;
    photo::merge(of_the_host, colours.read(), generator.encoding, input);
    const std::vector<int> actual = numbers_of(merged);
    const std::vector<int> same = numbers_of(of_the_host);
    ASSERT_EQ(actual.size(), same.size());
    const Bounds bounds = bounds_of(kind, photo);
    for (std::size_t i = 0; i < actual.size(); ++i) {
      ASSERT_LE(std::abs(actual[i] - same[i]), bounds.any) << i;
      near += std::abs(actual[i] - same[i]) <= bounds.most ? 1 : 0;
    }
    all += actual.size();
  }
  EXPECT_GE(static_cast<double>(near), 0.999 * static_cast<double>(all));
}

std::string name_of(const testing::TestParamInfo<CudaSteps::ParamType>& info) {
  const auto [kind, precision] = info.param;
  const std::map<Colours, std::string> names{{Colours::rgb, "rgb"}, {Colours::chroma, "chroma"}, {Colours::lab, "lab"}};
  return names.at(kind) + (precision == Precision::float32 ? "_float32" : "_float16");
}

INSTANTIATE_TEST_SUITE_P(All, CudaSteps,
                         testing::Combine(testing::Values(Colours::rgb, Colours::chroma, Colours::lab),
                                          testing::Values(Precision::float32, Precision::float16)),
                         name_of);

}  // namespace
}  // namespace colourize::tests
