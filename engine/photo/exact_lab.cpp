#include "engine/photo/exact_lab.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <vector>

#include "engine/photo/figures/cielab.h"

namespace colourize::photo {
namespace {

using Colour = std::array<double, 3>;

// OpenCV's digits for sRGB under D65: Y of linear light, the white, and the inverse of the matrix to X, Y, Z.
constexpr Colour luminance{0.212671, 0.715160, 0.072169};
constexpr Colour white{0.950456, 1, 1.088754};
constexpr std::array<Colour, 3> from_xyz{{{3.2404813432005, -1.5371515162713, -0.4985363261688},
                                          {-0.9692549499965, 1.8759900014898, 0.0415559265582},
                                          {0.0556466391351, -0.2040413383665, 1.0573110696453}}};

// L of sRGB by its formula; channels of 0 to 1.
double light_of(const Colour& rgb) {
  double value = 0;
  for (std::size_t c = 0; c < 3; ++c) value += luminance.at(c) * linear_light(rgb.at(c));
  return 116 * (value > 216.0 / 24389 ? std::cbrt(value) : value * (24389.0 / 27 / 116) + 16.0 / 116) - 16;
}

// sRGB of CIELAB, clamped to 0 to 1.
Colour rgb_of(const Colour& lab) {
  const double y = (lab[0] + 16) / 116;
  const Colour roots{y + lab[1] / 500, y, y - lab[2] / 200};
  Colour xyz{};
  for (std::size_t i = 0; i < 3; ++i) {
    const double root = roots.at(i);
    xyz.at(i) = white.at(i) * (root > 6.0 / 29 ? root * root * root : (root - 16.0 / 116) * (116 * 27.0 / 24389));
  }
  Colour rgb{};
  for (std::size_t c = 0; c < 3; ++c) {
    double light = 0;
    for (std::size_t i = 0; i < 3; ++i) light += from_xyz.at(c).at(i) * xyz.at(i);
    light = std::clamp(light, 0.0, 1.0);
    rgb.at(c) = light <= 0.0031308 ? light * 12.92 : 1.055 * std::pow(light, 1 / 2.4) - 0.055;
  }
  return rgb;
}

// L of 33 x 33 x 33 colours, red slowest, as 14-bit integers for 0 to 100.
class LightTable {
 public:
  LightTable() {
    values_.reserve(static_cast<std::size_t>(side) * side * side);
    for (int red = 0; red < side; ++red) {
      for (int green = 0; green < side; ++green) {
        for (int blue = 0; blue < side; ++blue) {
          constexpr double steps = side - 1;
          const double light = light_of({red / steps, green / steps, blue / steps});
          values_.push_back(static_cast<int>(std::lrint(light * (16384 / 100.0))));
        }
      }
    }
  }

  // L of a colour with channels of 0 to 1. 14 bits of each: 5 choose the cell, 4 weigh its corners, 5 are dropped.
  double light(const std::array<float, 3>& rgb) const {
    std::array<int, 3> cell{};
    std::array<int, 3> weight{};
    for (std::size_t c = 0; c < 3; ++c) {
      const auto fixed = static_cast<int>(std::lrint(std::clamp(rgb.at(c), 0.0F, 1.0F) * 16384.0F));
      cell.at(c) = fixed >> 9;
      weight.at(c) = fixed >> 5 & 15;
    }
    std::int64_t sum = 0;
    for (int corner = 0; corner < 8; ++corner) {
      std::int64_t part = 1;
      int index = 0;
      for (std::size_t c = 0; c < 3; ++c) {
        const int step = corner >> c & 1;
        part *= step == 1 ? weight.at(c) : 16 - weight.at(c);
        index = index * side + std::min(cell.at(c) + step, side - 1);
      }
      sum += part * values_[static_cast<std::size_t>(index)];
    }
    return static_cast<double>((sum + 2048) >> 12) * (100.0 / 16384);
  }

 private:
  static constexpr int side = 33;
  std::vector<int> values_;
};

const LightTable& light_table() {
  static const LightTable table;
  return table;
}

// Two neighbours and the share of the second: half-pixel centres, clamped at the edges.
struct Between {
  int low = 0;
  int high = 0;
  double share = 0;
};
std::vector<Between> bilinear_places(int from, int to) {
  std::vector<Between> places(static_cast<std::size_t>(to));
  for (int i = 0; i < to; ++i) {
    const double at = std::clamp((i + 0.5) * from / to - 0.5, 0.0, static_cast<double>(from - 1));
    const int low = std::min(static_cast<int>(at), std::max(from - 2, 0));
    places[static_cast<std::size_t>(i)] = {low, std::min(low + 1, from - 1), at - low};
  }
  return places;
}

// The nearest pixel, floor(i * from / to), with the rounding of float32 that PyTorch's interpolation has.
std::vector<int> nearest_places(int from, int to) {
  const auto scale = static_cast<float>(static_cast<double>(from) / to);
  std::vector<int> places(static_cast<std::size_t>(to));
  for (int i = 0; i < to; ++i) {
    places[static_cast<std::size_t>(i)] = std::min(static_cast<int>(static_cast<float>(i) * scale), from - 1);
  }
  return places;
}

const std::uint8_t* pixel_of(const Raster8& raster, int y, int x) {
  return raster.samples.data() +
         (static_cast<std::size_t>(y) * static_cast<std::size_t>(raster.width) + static_cast<std::size_t>(x)) *
             static_cast<std::size_t>(raster.channels);
}

}  // namespace

Raster16 exact_lab_square(const Raster8& photo, int side) {
  const LightTable& table = light_table();
  const std::vector<Between> rows = bilinear_places(photo.height, side);
  const std::vector<Between> columns = bilinear_places(photo.width, side);
  Raster16 square(side, side, 1);
  auto to = square.samples.begin();
  for (const Between& row : rows) {
    for (const Between& column : columns) {
      std::array<float, 3> colour{};
      for (std::size_t c = 0; c < 3; ++c) {
        const auto blend = [&](int x) {
          const double low = pixel_of(photo, row.low, x)[c];
          return low + (pixel_of(photo, row.high, x)[c] - low) * row.share;
        };
        const double left = blend(column.low);
        colour.at(c) = static_cast<float>((left + (blend(column.high) - left) * column.share) / 255);
      }
      const double grey = rgb_of({table.light(colour), 0, 0})[0];
      *to++ = static_cast<std::uint16_t>(std::lrint(grey * UINT16_MAX));
    }
  }
  return square;
}

Raster8 merge_exact_lab(const Tensor& output, const Raster8& photo) {
  const LightTable& table = light_table();
  const std::vector<int> rows = nearest_places(static_cast<int>(output.shape().h), photo.height);
  const std::vector<int> columns = nearest_places(static_cast<int>(output.shape().w), photo.width);
  Raster8 result = photo;
  std::uint8_t* pixel = result.samples.data();
  for (const int row : rows) {
    for (const int column : columns) {
      const double light = table.light({static_cast<float>(pixel[0]) / 255.0F, static_cast<float>(pixel[1]) / 255.0F,
                                        static_cast<float>(pixel[2]) / 255.0F});
      const Colour rgb = rgb_of({light, output.at(0, row, column, 0), output.at(0, row, column, 1)});
      for (std::size_t c = 0; c < 3; ++c) pixel[c] = static_cast<std::uint8_t>(std::lrint(rgb.at(c) * UINT8_MAX));
      pixel += result.channels;
    }
  }
  return result;
}

}  // namespace colourize::photo
