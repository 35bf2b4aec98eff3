// The steps around a generator as the colouriser takes them, on the device against the host. Compiled twice, for the emulated
// runtime and for a GPU; what can be seen in the emulation only is tested in tests/emulation/.
#include <gtest/gtest.h>

#include <algorithm>
#include <random>
#include <string>

#include "engine/device.h"
#include "engine/photo/generator_input.h"
#include "engine/photo/on_device.h"
#include "tests/cuda/device_activation.h"
#include "tests/cuda/usable.h"

namespace colourize::tests {
namespace {

using kernels::Precision;

std::mt19937 numbers(1);  // NOLINT(cert-msc32-c,cert-msc51-cpp): the same numbers every time

template <class Sample>
photo::Photo noise(int width, int height, int channels) {
  photo::Raster<Sample> raster(width, height, channels);
  for (Sample& sample : raster.samples) sample = static_cast<Sample>(numbers() >> 16U);
  return {std::move(raster), {}};
}

std::vector<int> samples_of(const photo::Photo& photo) {
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

class CudaSteps : public testing::TestWithParam<std::tuple<Interface, Precision>> {
 protected:
  void SetUp() override {
    if (!cuda_is_usable()) GTEST_SKIP() << "there is no GPU here";
  }
};

TEST_P(CudaSteps, AreThoseOfTheHost) {
  const auto [interface, precision] = GetParam();
  Generator generator;
  generator.interface = interface;
  generator.luma_mean = 117.5F;
  generator.luma_scale = 61.25F;
  generator.input_blur = 0.8F;
  generator.least_input_range = 400;  // any photo is stretched
  const auto backend = open_device("cuda", {.threads = 1, .precision = precision});
  photo::DeviceSteps steps(generator, *backend->pictures());
  std::size_t equal = 0;
  std::size_t all = 0;
  for (const photo::Photo& photo : {noise<std::uint8_t>(181, 133, 3), noise<std::uint8_t>(33, 20, 4),
                                    noise<std::uint16_t>(95, 140, 3), noise<std::uint16_t>(1, 1, 4)}) {
    const testing::ScopedTrace trace(__FILE__, __LINE__, photo.width());
    const Tensor expected = photo::generator_input(photo, generator, 32);
    const OnDevice square(*backend, expected.shape());
    steps.write_input(photo, square.view());
    const Tensor input = square.read();
    for (std::size_t i = 0; i < input.values().size(); ++i) {
      // At most 40 roundings of values of at most 5, and the last one.
      const float most = 40 * 5 * 0x1p-24F + rounding(square.view().type, expected.values()[i]);
      ASSERT_NEAR(input.values()[i], expected.values()[i], most);
    }

    Tensor given({1, 12, 16, interface == Interface::rgb ? 3 : 2});
    std::normal_distribution<float> normal(0, interface == Interface::rgb ? 1.0F : 0.15F);
    for (float& value : given.values()) value = normal(numbers);
    const OnDevice colours(*backend, given.shape());
    backend->write(given.values().data(), colours.view());
    const auto merged = steps.merge(photo, colours.view());
    ASSERT_TRUE(merged.has_value());
    const std::vector<int> actual = samples_of(*merged);
    const std::vector<int> same = samples_of(photo::merge(photo, photo::generator_chroma(colours.read(), generator)));
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
                         testing::Combine(testing::Values(Interface::rgb, Interface::chroma),
                                          testing::Values(Precision::float32, Precision::float16)),
                         [](const auto& info) {
                           return std::string(std::get<0>(info.param) == Interface::rgb ? "rgb" : "chroma") +
                                  (std::get<1>(info.param) == Precision::float32 ? "_float32" : "_float16");
                         });

}  // namespace
}  // namespace colourize::tests
