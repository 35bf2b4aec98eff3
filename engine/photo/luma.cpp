#include "engine/photo/luma.h"

#include <limits>
#include <type_traits>
#include <utility>

#include "kernels/bt601.h"

namespace colourize::photo {
namespace {

template <class Sample>
kernels::SamplesShape shape_of(const Raster<Sample>& raster) {
  return {.width = raster.width, .height = raster.height, .channels = raster.channels, .bytes = sizeof(Sample)};
}

template <class Sample>
std::ptrdiff_t stride_of(const Raster<Sample>& raster) {
  return static_cast<std::ptrdiff_t>(raster.row_samples() * sizeof(Sample));
}

float white_of(const Photo& photo) {
  return photo.bits() == 8 ? std::numeric_limits<std::uint8_t>::max() : std::numeric_limits<std::uint16_t>::max();
}

}  // namespace

void luma_row(const Photo& photo, int y, std::span<float> result) {
  const float scale = 255 / white_of(photo);
  std::visit(
      [&](const auto& raster) {
        const auto* pixel = raster.row(y).data();
        for (float& value : result) {
          value = scale * kernels::bt601::luma(pixel[0], pixel[1], pixel[2]);
          pixel += raster.channels;
        }
      },
      photo.pixels);
}

kernels::ConstSamples samples_of(const Photo& photo) {
  return std::visit(
      [](const auto& raster) {
        return kernels::ConstSamples{raster.samples.data(), shape_of(raster), stride_of(raster)};
      },
      photo.pixels);
}

kernels::Samples samples_of(Photo& photo) {
  return std::visit(
      [](auto& raster) {
        return kernels::Samples{raster.samples.data(), shape_of(raster), stride_of(raster)};
      },
      photo.pixels);
}

session::Luma luma_of(const Photo& photo) {
  return {.samples = samples_of(photo), .levels = {.black = 0, .white = white_of(photo)}, .range = {}, .owner = {}};
}

}  // namespace colourize::photo
