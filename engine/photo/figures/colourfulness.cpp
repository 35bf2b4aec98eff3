#include "engine/photo/figures/colourfulness.h"

#include <algorithm>
#include <array>
#include <cmath>

#include "engine/photo/figures/cielab.h"

namespace colourize::photo {
namespace {

// Of each 8-bit sample: films ask for millions.
const std::array<double, 256> linear = [] {
  std::array<double, 256> table{};
  for (std::size_t i = 0; i < table.size(); ++i) table.at(i) = linear_light(static_cast<double>(i) / 255);
  return table;
}();

}  // namespace

double OpponentSums::colourfulness(double factor) const {
  const double squared_mean = (first_ * first_ + second_ * second_) / (count_ * count_);
  return std::sqrt(std::max(squares_ / count_ - squared_mean, 0.0)) + factor * std::sqrt(squared_mean);
}

Colourfulness colourfulness(const Raster8& picture) {
  OpponentSums opponent;
  OpponentSums lab;
  for (std::size_t i = 0; i < picture.samples.size(); i += static_cast<std::size_t>(picture.channels)) {
    const std::uint8_t* pixel = picture.samples.data() + i;
    opponent.add_colour(pixel[0], pixel[1], pixel[2]);
    const Lab colour = lab_of(linear.at(pixel[0]), linear.at(pixel[1]), linear.at(pixel[2]));
    lab.add(colour.a, colour.b);
  }
  return {opponent.opponent(), lab.lab()};
}

}  // namespace colourize::photo
