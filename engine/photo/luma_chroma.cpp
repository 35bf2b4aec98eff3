#include "engine/photo/luma_chroma.h"

#include <algorithm>
#include <limits>

#include "kernels/bt601.h"

namespace colourize::photo {
namespace {

using kernels::bt601::blue_range;
using kernels::bt601::luma_blue;
using kernels::bt601::luma_green;
using kernels::bt601::luma_red;
using kernels::bt601::red_range;

template <typename Sample>
constexpr float full_range = std::numeric_limits<Sample>::max();

template <typename Number>
float luma(Number red, Number green, Number blue) {
  return luma_red * static_cast<float>(red) + luma_green * static_cast<float>(green) +
         luma_blue * static_cast<float>(blue);
}

template <typename Sample>
Sample to_sample(float value) {
  return static_cast<Sample>(std::clamp(value, 0.0F, full_range<Sample>) + 0.5F);
}

template <typename Sample>
void merge_row(std::span<Sample> row, std::size_t channels, std::span<const float> blue, std::span<const float> red) {
  for (std::size_t x = 0; x < blue.size(); ++x) {
    Sample* pixel = row.data() + x * channels;
    const float y = luma(pixel[0], pixel[1], pixel[2]);
    const float r = y + red_range * red[x] * full_range<Sample>;
    const float b = y + blue_range * blue[x] * full_range<Sample>;
    const float g = (y - luma_red * r - luma_blue * b) / luma_green;
    pixel[0] = to_sample<Sample>(r);
    pixel[1] = to_sample<Sample>(g);
    pixel[2] = to_sample<Sample>(b);
  }
}

}  // namespace

void luma_row(const Photo& photo, int y, std::span<float> result) {
  std::visit(
      [&](const auto& raster) {
        using Sample = typename std::decay_t<decltype(raster.samples)>::value_type;
        constexpr float scale = 255 / full_range<Sample>;
        const Sample* pixel = raster.row(y).data();
        for (float& value : result) {
          value = scale * luma(pixel[0], pixel[1], pixel[2]);
          pixel += raster.channels;
        }
      },
      photo.pixels);
}

ChromaPair chroma_of(float red, float green, float blue) {
  const float y = luma(red, green, blue);
  return {.blue = (blue - y) / blue_range, .red = (red - y) / red_range};
}

Photo merge(const Photo& photo, const Chroma& chroma) {
  Photo result = photo;
  ResizedRows blue_rows(chroma.blue, photo.width(), photo.height());
  ResizedRows red_rows(chroma.red, photo.width(), photo.height());
  std::vector<float> blue(static_cast<std::size_t>(photo.width()));
  std::vector<float> red(blue.size());
  for (int y = 0; y < photo.height(); ++y) {
    blue_rows.row(y, blue);
    red_rows.row(y, red);
    std::visit([&](auto& raster) { merge_row(raster.row(y), static_cast<std::size_t>(raster.channels), blue, red); },
               result.pixels);
  }
  return result;
}

}  // namespace colourize::photo
