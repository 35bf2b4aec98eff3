#include "engine/photo/on_device.h"

#include <limits>

#include "engine/photo/blur.h"
#include "engine/photo/generator_input.h"

namespace colourize::photo {
namespace {

template <class Sample>
kernels::SamplesShape shape_of(const Raster<Sample>& raster) {
  return {.width = raster.width, .height = raster.height, .channels = raster.channels, .bytes = sizeof(Sample)};
}

template <class Sample>
kernels::ConstSamples samples_of(const Raster<Sample>& raster) {
  return {raster.samples.data(), shape_of(raster), raster.row_samples() * sizeof(Sample)};
}

template <class Sample>
kernels::Samples samples_of(Raster<Sample>& raster) {
  return {raster.samples.data(), shape_of(raster), raster.row_samples() * sizeof(Sample)};
}

float white_of(const Photo& photo) {
  return static_cast<float>(photo.bits() == 8 ? std::numeric_limits<std::uint8_t>::max()
                                              : std::numeric_limits<std::uint16_t>::max());
}

}  // namespace

kernels::ResizeAxis resize_axis(const Resampling& axis) {
  kernels::ResizeAxis result{.from = axis.from(), .first = {}, .begin = {0}, .weights = {}};
  for (int target = 0; target < axis.to(); ++target) {
    result.first.push_back(axis.first(target));
    for (const double weight : axis.weights(target)) result.weights.push_back(static_cast<float>(weight));
    result.begin.push_back(static_cast<int>(result.weights.size()));
  }
  return result;
}

const kernels::PreparedResize& DeviceSteps::Resize::prepare(kernels::PictureOperations& operations, int from_width,
                                                            int from_height, int width, int height) {
  const Sizes sizes{from_width, from_height, width, height};
  if (prepared_ == nullptr || sizes != sizes_) {
    const auto axis = [&](int from, int to) {
      const Resampling plain(from, to);
      return resize_axis(blur_ > 0 ? blurred(plain, blur_) : plain);
    };
    prepared_ = operations.prepare(axis(from_width, width), axis(from_height, height));
    sizes_ = sizes;
  }
  return *prepared_;
}

void DeviceSteps::write_input(const Photo& photo, const kernels::View& square) {
  std::visit([&](const auto& raster) { operations_.upload(*picture_, samples_of(raster)); }, photo.pixels);
  const kernels::PreparedResize& resize = to_square_.prepare(
      operations_, photo.width(), photo.height(), static_cast<int>(square.shape.w), static_cast<int>(square.shape.h));
  const Tone tone = stretched_tone(photo, generator_.least_input_range);
  operations_.input(*picture_, {.resize = &resize,
                                .white = white_of(photo),
                                .scaling = input_scaling(generator_, tone),
                                .input = square,
                                .n = 0});
}

std::optional<Photo> DeviceSteps::merge(const Photo& photo, const kernels::ConstView& colours) {
  const bool rgb = generator_.interface == Interface::rgb;
  operations_.chroma(*picture_, {.output = colours,
                                 .n = 0,
                                 .colours = rgb ? kernels::Colours::rgb : kernels::Colours::chroma,
                                 .scaling = rgb ? output_scaling() : kernels::ChannelScaling{}});
  const kernels::PreparedResize& resize = to_photo_.prepare(
      operations_, static_cast<int>(colours.shape.w), static_cast<int>(colours.shape.h), photo.width(), photo.height());
  Photo result = photo;
  const bool finite =
      std::visit([&](auto& raster) { return operations_.merge(*picture_, resize, samples_of(raster)); }, result.pixels);
  if (!finite) return {};
  return result;
}

}  // namespace colourize::photo
