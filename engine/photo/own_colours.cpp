#include "engine/photo/own_colours.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstddef>
#include <limits>

#include "engine/photo/wide_gamut.h"
#include "kernels/bt601.h"

namespace colourize::photo {
namespace {

// Every so many rows and columns of the photo.
template <class Sample>
Raster<Sample> thinned(const Raster<Sample>& from) {
  constexpr int most = 512;
  const int row_step = (from.height + most - 1) / most;
  const int column_step = (from.width + most - 1) / most;
  Raster<Sample> to((from.width + column_step - 1) / column_step, (from.height + row_step - 1) / row_step,
                    from.channels);
  auto at = to.samples.begin();
  for (int y = 0; y < from.height; y += row_step) {
    const auto row = from.row(y);
    for (int x = 0; x < from.width; x += column_step) {
      at = std::ranges::copy(row.subspan(static_cast<std::size_t>(x) * static_cast<std::size_t>(from.channels),
                                         static_cast<std::size_t>(from.channels)),
                             at)
               .out;
    }
  }
  return to;
}

// The sums for the variances of both channels among pixels of one luma.
struct OfOneLuma {
  double count = 0;
  std::array<double, 2> sums{};
  double squares = 0;

  void add(double first, double second) {
    ++count;
    sums[0] += first;
    sums[1] += second;
    squares += first * first + second * second;
  }
  // Of the distances from the mean.
  double squares_about_mean() const {
    if (count == 0) return 0;
    return std::max(squares - (sums[0] * sums[0] + sums[1] * sums[1]) / count, 0.0);
  }
};

template <class Sample>
double beyond_tone(const Raster<Sample>& raster) {
  constexpr double white = 255;
  constexpr double scale = white / std::numeric_limits<Sample>::max();
  constexpr std::size_t levels = 64;
  std::array<OfOneLuma, levels> by_luma{};
  double count = 0;
  for (std::size_t i = 0; i < raster.samples.size(); i += static_cast<std::size_t>(raster.channels)) {
    const double red = scale * raster.samples[i];
    const double green = scale * raster.samples[i + 1];
    const double blue = scale * raster.samples[i + 2];
    const double luma =
        kernels::bt601::luma(static_cast<float>(red), static_cast<float>(green), static_cast<float>(blue));
    const auto level = static_cast<std::size_t>(luma / white * levels);
    by_luma.at(std::min(level, levels - 1)).add(red - green, (red + green) / 2 - blue);
    ++count;
  }
  double squares = 0;
  for (const OfOneLuma& sums : by_luma) squares += sums.squares_about_mean();
  return std::sqrt(squares / count);
}

}  // namespace

double colour_beyond_tone(const Photo& photo) {
  const Photo small = std::visit(
      [&](const auto& raster) {
        return as_srgb({thinned(raster), {}, {}, {}, photo.space});
      },
      photo.pixels);
  return std::visit([](const auto& raster) { return beyond_tone(raster); }, small.pixels);
}

bool warn_of_own_colours(const Photo& photo, const std::string& name, const Warn& warn) {
  if (colour_beyond_tone(photo) < least_colour) return false;
  warn(name + ": is in colour already; its own colours are replaced");
  return true;
}

}  // namespace colourize::photo
