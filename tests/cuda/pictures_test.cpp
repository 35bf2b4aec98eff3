// The steps around a generator, on the device against the reference. Compiled twice, for the emulated
// runtime and for a GPU; what can be seen in the emulation only is tested in tests/emulation/.
#include <gtest/gtest.h>

#include <algorithm>
#include <random>
#include <string>

#include "engine/device.h"
#include "engine/photo/host_steps.h"
#include "engine/photo/luma.h"
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

TEST_P(CudaSteps, AreThoseOfTheHost) {
  const auto [kind, precision] = GetParam();
  Generator generator;
  generator.encoding = {.input_channels = kind == Colours::rgb ? 3 : 1,
                        .input = {.mean = {117.5F, 90, 130}, .deviation = {61.25F, 50, 70, 1}},
                        .input_blur = 0.8,
                        .least_input_range = 400,  // any photo is stretched
                        .colours = kind,
                        .output = {.mean = {0.485F, 0.456F, 0.406F}, .deviation = {0.229F, 0.224F, 0.225F, 1}}};
  const auto backend = open_device("cuda", {.threads = 1, .precision = precision}, ignore_warnings);
  kernels::PictureOperations& operations = backend->pictures();
  const auto picture = operations.picture();
  std::size_t equal = 0;
  std::size_t all = 0;
  for (const photo::Photo& photo : {noise<std::uint8_t>(181, 133, 3), noise<std::uint8_t>(33, 20, 4),
                                    noise<std::uint16_t>(95, 140, 3), noise<std::uint16_t>(1, 1, 4)}) {
    const testing::ScopedTrace trace(__FILE__, __LINE__, photo.width());
    const Tensor expected = photo::generator_input(photo, generator, 32);
    const OnDevice square(*backend, expected.shape());
    const session::Luma luma = photo::luma_of(photo, generator.encoding.least_input_range);
    const auto to_square =
        operations.prepare(kernels::bilinear_axis(photo.width(), 32), kernels::bilinear_axis(photo.height(), 32), 0.8);
    operations.upload(*picture, luma.samples);
    operations.input(*picture, {.resize = to_square.get(),
                                .levels = luma.levels,
                                .tone = luma.tone,
                                .normalisation = generator.encoding.input,
                                .input = square.view()});
    const Tensor input = square.read();
    for (std::size_t i = 0; i < input.values().size(); ++i) {
      // At most 40 roundings of values of at most 5, and the last one.
      const float most = 40 * 5 * 0x1p-24F + rounding(square.view().type, expected.values()[i]);
      ASSERT_NEAR(input.values()[i], expected.values()[i], most);
    }

    Tensor given({1, 12, 16, kind == Colours::rgb ? 3 : 2});
    std::normal_distribution<float> normal(0, kind == Colours::rgb ? 1.0F : 0.15F);
    for (float& value : given.values()) value = normal(numbers);
    const OnDevice colours(*backend, given.shape());
    backend->write(given.values().data(), colours.view());
    const auto to_photo =
        operations.prepare(kernels::bilinear_axis(16, photo.width()), kernels::bilinear_axis(12, photo.height()), 0);
    photo::Photo merged = photo;
    operations.chroma(
        *picture,
        {.output = colours.view(), .colours = generator.encoding.colours, .normalisation = generator.encoding.output});
    ASSERT_TRUE(operations.merge(*picture, *to_photo, photo::samples_of(merged)));
    photo::Photo of_the_host = photo;
    photo::merge(of_the_host, colours.read(), generator.encoding);
    const std::vector<int> actual = numbers_of(merged);
    const std::vector<int> same = numbers_of(of_the_host);
    ASSERT_EQ(actual.size(), same.size());
    for (std::size_t i = 0; i < actual.size(); ++i) {
      ASSERT_LE(std::abs(actual[i] - same[i]), 1) << i;
      equal += actual[i] == same[i] ? 1 : 0;
    }
    all += actual.size();
  }
  EXPECT_GE(static_cast<double>(equal), 0.999 * static_cast<double>(all));
}

INSTANTIATE_TEST_SUITE_P(All, CudaSteps,
                         testing::Combine(testing::Values(Colours::rgb, Colours::chroma),
                                          testing::Values(Precision::float32, Precision::float16)),
                         [](const auto& info) {
                           return std::string(std::get<0>(info.param) == Colours::rgb ? "rgb" : "chroma") +
                                  (std::get<1>(info.param) == Precision::float32 ? "_float32" : "_float16");
                         });

}  // namespace
}  // namespace colourize::tests
