#include "engine/photo/figures/ciede2000.h"

#include <cmath>
#include <numbers>

namespace colourize::photo {
namespace {

constexpr double degree = std::numbers::pi / 180;

double square(double value) {
  return value * value;
}

// c^7 / (c^7 + 25^7): 0 for greys, near 1 for vivid colours.
double vividness(double chroma) {
  constexpr double seventh_power_of_25 = 6103515625;
  const double power = std::pow(chroma, 7);
  return power / (power + seventh_power_of_25);
}

// In degrees, 0 to 360; 0 for a grey, which has none.
double hue_of(double a, double b) {
  if (a == 0 && b == 0) return 0;
  const double hue = std::atan2(b, a) / degree;
  return hue < 0 ? hue + 360 : hue;
}

// The shorter way from one hue to the other: -180 to 180.
double hue_step(double from, double to) {
  const double step = to - from;
  return step > 180 ? step - 360 : step < -180 ? step + 360 : step;
}

// The hue in the middle of that way. Where one of the colours is grey, the other's hue alone.
double mean_hue(double first, double second, bool grey) {
  const double sum = first + second;
  if (grey) return sum;
  if (std::abs(first - second) <= 180) return sum / 2;
  return sum < 360 ? (sum + 360) / 2 : (sum - 360) / 2;
}

}  // namespace

// The names are the paper's, and the numbers in brackets its equations.
double ciede2000(const Lab& first, const Lab& second) {
  const double mean_c_ab = (std::hypot(first.a, first.b) + std::hypot(second.a, second.b)) / 2;  // (2), (3)
  const double g = 0.5 * (1 - std::sqrt(vividness(mean_c_ab)));                                  // (4)
  const double a1 = (1 + g) * first.a;                                                           // (5)
  const double a2 = (1 + g) * second.a;
  const double c1 = std::hypot(a1, first.b);  // (6)
  const double c2 = std::hypot(a2, second.b);
  const double h1 = hue_of(a1, first.b);  // (7)
  const double h2 = hue_of(a2, second.b);
  const bool grey = c1 * c2 == 0;

  const double delta_l = second.l - first.l;                                                           // (8)
  const double delta_c = c2 - c1;                                                                      // (9)
  const double delta_h = grey ? 0 : 2 * std::sqrt(c1 * c2) * std::sin(hue_step(h1, h2) / 2 * degree);  // (10), (11)

  const double mean_l = (first.l + second.l) / 2;  // (12)
  const double mean_c = (c1 + c2) / 2;             // (13)
  const double mean_h = mean_hue(h1, h2, grey);    // (14)
  const double t = 1 - 0.17 * std::cos((mean_h - 30) * degree) + 0.24 * std::cos(2 * mean_h * degree) +
                   0.32 * std::cos((3 * mean_h + 6) * degree) - 0.20 * std::cos((4 * mean_h - 63) * degree);  // (15)
  const double delta_theta = 30 * std::exp(-square((mean_h - 275) / 25));                                     // (16)
  const double r_c = 2 * std::sqrt(vividness(mean_c));                                                        // (17)
  const double s_l = 1 + 0.015 * square(mean_l - 50) / std::sqrt(20 + square(mean_l - 50));                   // (18)
  const double s_c = 1 + 0.045 * mean_c;                                                                      // (19)
  const double s_h = 1 + 0.015 * mean_c * t;                                                                  // (20)
  const double r_t = -std::sin(2 * delta_theta * degree) * r_c;                                               // (21)
  const double squared = square(delta_l / s_l) + square(delta_c / s_c) + square(delta_h / s_h) +
                         r_t * (delta_c / s_c) * (delta_h / s_h);  // (22)
  return std::sqrt(std::max(squared, 0.0));                        // rounding may take what is 0 below it
}

}  // namespace colourize::photo
