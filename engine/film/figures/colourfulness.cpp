#include "engine/film/figures/colourfulness.h"

#include <algorithm>
#include <array>
#include <cmath>

namespace colourize::film {
namespace {

// sRGB (IEC 61966-2-1) of 8 bits as linear light of 0 to 1.
const std::array<double, 256> linear = [] {
  std::array<double, 256> table{};
  for (std::size_t i = 0; i < table.size(); ++i) {
    const double value = static_cast<double>(i) / 255;
    table.at(i) = value <= 0.04045 ? value / 12.92 : std::pow((value + 0.055) / 1.055, 2.4);
  }
  return table;
}();

// CIELAB's cube root with its straight piece for dark colours.
double lab_root(double value) {
  constexpr double knee = 6.0 / 29;
  return value > knee * knee * knee ? std::cbrt(value) : value / (3 * knee * knee) + 4.0 / 29;
}

struct Pair {
  double first;
  double second;
};

Pair lab_of(const std::uint8_t* pixel) {
  const double r = linear.at(pixel[0]);
  const double g = linear.at(pixel[1]);
  const double b = linear.at(pixel[2]);
  // X, Y, Z by their value for white, which is each row's sum: a grey pixel has exactly equal ones.
  const double x = lab_root((0.4124564 * r + 0.3575761 * g + 0.1804375 * b) / (0.4124564 + 0.3575761 + 0.1804375));
  const double y = lab_root((0.2126729 * r + 0.7151522 * g + 0.0721750 * b) / (0.2126729 + 0.7151522 + 0.0721750));
  const double z = lab_root((0.0193339 * r + 0.1191920 * g + 0.9503041 * b) / (0.0193339 + 0.1191920 + 0.9503041));
  return {500 * (x - y), 200 * (y - z)};
}

class Moments {
 public:
  void add(const Pair& value) {
    first_ += value.first;
    second_ += value.second;
    squares_ += value.first * value.first + value.second * value.second;
    ++count_;
  }
  // The deviation and `factor` times the mean's distance from grey.
  double colourfulness(double factor) const {
    const double squared_mean = (first_ * first_ + second_ * second_) / (count_ * count_);
    return std::sqrt(std::max(squares_ / count_ - squared_mean, 0.0)) + factor * std::sqrt(squared_mean);
  }

 private:
  double first_ = 0;
  double second_ = 0;
  double squares_ = 0;
  double count_ = 0;
};

}  // namespace

Colourfulness colourfulness(const photo::Raster8& picture) {
  Moments opponent;
  Moments lab;
  for (std::size_t i = 0; i < picture.samples.size(); i += static_cast<std::size_t>(picture.channels)) {
    const std::uint8_t* pixel = picture.samples.data() + i;
    opponent.add({static_cast<double>(pixel[0] - pixel[1]), 0.5 * (pixel[0] + pixel[1]) - pixel[2]});
    lab.add(lab_of(pixel));
  }
  return {opponent.colourfulness(0.3), lab.colourfulness(0.37)};
}

}  // namespace colourize::film
