// Rows of pictures, as kernels/pictures.h defines them. The other backends are compared with this.
#include <algorithm>
#include <array>
#include <limits>

#include "kernels/bt601.h"
#include "kernels/reference/reference.h"

namespace colourize::kernels::reference {
namespace {

// Calls run.operator()<Sample>() for samples of so many bytes.
template <class Run>
void for_sample(int bytes, const Run& run) {
  if (bytes == 1) {
    run.template operator()<std::uint8_t>();
  } else {
    run.template operator()<std::uint16_t>();
  }
}

template <class Sample>
float luma_of(const Sample* pixel, int channels) {
  if (channels == 1) return pixel[0];
  return bt601::luma(pixel[0], pixel[1], pixel[2]);
}

void luma(const void* row, const SamplesShape& shape, float black, float scale, float* to) {
  for_sample(shape.bytes, [&]<class Sample>() {
    const auto* pixel = static_cast<const Sample*>(row);
    for (int x = 0; x < shape.width; ++x, pixel += shape.channels) {
      to[x] = (luma_of(pixel, shape.channels) - black) * scale;
    }
  });
}

void resize_row(const float* from, const ResizeAxis& axis, float* to) {
  if (axis.from == axis.to()) {
    std::copy_n(from, axis.from, to);
    return;
  }
  for (int x = 0; x < axis.to(); ++x) {
    double sum = 0;
    const float* source = from + axis.first[static_cast<std::size_t>(x)];
    for (const double weight : axis.weights_of(x)) sum += weight * *source++;
    to[x] = static_cast<float>(sum);
  }
}

void blend_rows(const Plane& from, const ResizeAxis& axis, int y, float* to) {
  if (axis.from == axis.to()) {
    std::ranges::copy(from.row(y), to);
    return;
  }
  // Row after row, in double precision as above: side by side in a register.
  std::array<double, 256> sums;  // NOLINT(cppcoreguidelines-pro-type-member-init): set below
  const auto width = static_cast<std::size_t>(from.width);
  for (std::size_t begin = 0; begin < width; begin += sums.size()) {
    const std::size_t count = std::min(sums.size(), width - begin);
    std::fill_n(sums.begin(), count, 0.0);
    int row = axis.first[static_cast<std::size_t>(y)];
    for (const double weight : axis.weights_of(y)) {
      const float* values = from.row(row++).data() + begin;
      for (std::size_t x = 0; x < count; ++x) sums[x] += weight * values[x];
    }
    for (std::size_t x = 0; x < count; ++x) to[begin + x] = static_cast<float>(sums[x]);
  }
}

// Chroma that is finite but out of all bounds can become NaN here, which becomes 0.
template <class Sample>
Sample to_sample(float value, float largest) {
  return static_cast<Sample>((value > 0.0F ? std::min(value, largest) : 0.0F) + 0.5F);
}

void merge(const void* row, const SamplesShape& shape, const float* blue, const float* red, void* to) {
  for_sample(shape.bytes, [&]<class Sample>() {
    constexpr float full_range = std::numeric_limits<Sample>::max();
    const auto* pixel = static_cast<const Sample*>(row);
    auto* merged = static_cast<Sample*>(to);
    for (int x = 0; x < shape.width; ++x, pixel += shape.channels, merged += shape.channels) {
      const float y = luma_of(pixel, shape.channels);
      const float r = y + bt601::red_range * red[x] * full_range;
      const float b = y + bt601::blue_range * blue[x] * full_range;
      const float g = (y - bt601::luma_red * r - bt601::luma_blue * b) / bt601::luma_green;
      const float share = std::min({bt601::fitting_share(y, r, full_range), bt601::fitting_share(y, g, full_range),
                                    bt601::fitting_share(y, b, full_range)});
      if (shape.channels == 4) merged[3] = pixel[3];
      merged[0] = to_sample<Sample>(bt601::with_share(y, r, share), full_range);
      merged[1] = to_sample<Sample>(bt601::with_share(y, g, share), full_range);
      merged[2] = to_sample<Sample>(bt601::with_share(y, b, share), full_range);
    }
  });
}

void quantise(const float* from, std::int64_t count, const ChromaLevels& levels, int bytes, void* to) {
  for_sample(bytes, [&]<class Sample>() {
    std::transform(from, from + count, static_cast<Sample*>(to), [&](float value) {
      return to_sample<Sample>(levels.middle + levels.range * value, levels.largest);
    });
  });
}

}  // namespace

PictureRows picture_rows() {
  return {.luma = luma, .resize_row = resize_row, .blend_rows = blend_rows, .merge = merge, .quantise = quantise};
}

}  // namespace colourize::kernels::reference
