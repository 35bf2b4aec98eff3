#include "engine/photo/exact.h"

#include <algorithm>

#include "engine/photo/resample.h"

namespace colourize::photo {
namespace {

constexpr int shift = 14;
constexpr int half = 1 << (shift - 1);
constexpr int middle = 128;

std::uint8_t clamp_8_bit(int value) {
  return static_cast<std::uint8_t>(std::clamp(value, 0, UINT8_MAX));
}

}  // namespace

Raster8 grey(const Raster8& raster) {
  Raster8 result(raster.width, raster.height, 3);
  const std::uint8_t* from = raster.samples.data();
  for (std::size_t i = 0; i < result.samples.size(); i += 3, from += raster.channels) {
    const unsigned luma = (19595U * from[0] + 38470U * from[1] + 7471U * from[2] + 32768U) >> 16U;
    std::fill_n(result.samples.begin() + static_cast<std::ptrdiff_t>(i), 3, static_cast<std::uint8_t>(luma));
  }
  return result;
}

Yuv to_yuv(Rgb colour) {
  const int y = (4899 * colour.r + 9617 * colour.g + 1868 * colour.b + half) >> shift;
  const int u = (8061 * (colour.b - y) + (middle << shift) + half) >> shift;
  const int v = (14369 * (colour.r - y) + (middle << shift) + half) >> shift;
  return {static_cast<std::uint8_t>(y), clamp_8_bit(u), clamp_8_bit(v)};
}

Rgb to_rgb(Yuv colour) {
  const int u = colour.u - middle;
  const int v = colour.v - middle;
  return {clamp_8_bit(colour.y + ((18678 * v + half) >> shift)),
          clamp_8_bit(colour.y + ((-6472 * u - 9519 * v + half) >> shift)),
          clamp_8_bit(colour.y + ((33292 * u + half) >> shift))};
}

Raster8 exact_square(const Photo& photo, const Encoding& encoding, int side) {
  const Raster8 source = to_8_bit(photo);
  const Raster8 square = encoding.colours == kernels::Colours::chroma ? resize_8_bit(grey(source), side, side)
                                                                      : grey(resize_8_bit(source, side, side));
  Raster8 luma(side, side, 1);
  for (std::size_t i = 0; i < luma.samples.size(); ++i) {
    luma.samples[i] = square.samples[i * static_cast<std::size_t>(square.channels)];
  }
  return luma;
}

Raster8 exact_generator_picture(const Tensor& output, const Encoding& encoding) {
  Raster8 picture(static_cast<int>(output.shape().w), static_cast<int>(output.shape().h), 3);
  for (std::size_t i = 0; i < picture.samples.size(); ++i) {
    const std::size_t c = i % 3;
    const float colour = output.values()[i] * encoding.output.deviation.at(c) + encoding.output.mean.at(c);
    picture.samples[i] = static_cast<std::uint8_t>(std::clamp(colour, 0.0F, 1.0F) * 255);
  }
  return picture;
}

Raster8 merge_exact(const Raster8& colour, const Raster8& photo) {
  Raster8 result = photo;
  const std::uint8_t* from = colour.samples.data();
  for (std::size_t i = 0; i < result.samples.size(); i += static_cast<std::size_t>(result.channels)) {
    std::uint8_t* pixel = result.samples.data() + i;
    const Yuv chroma = to_yuv({from[0], from[1], from[2]});
    const Rgb merged = to_rgb({to_yuv({pixel[0], pixel[1], pixel[2]}).y, chroma.u, chroma.v});
    pixel[0] = merged.r;
    pixel[1] = merged.g;
    pixel[2] = merged.b;
    from += colour.channels;
  }
  return result;
}

}  // namespace colourize::photo
