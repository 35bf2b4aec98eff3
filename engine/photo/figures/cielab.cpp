#include "engine/photo/figures/cielab.h"

#include <cmath>

namespace colourize::photo {
namespace {

// CIELAB's cube root with its straight piece for dark colours.
double lab_root(double value) {
  constexpr double knee = 6.0 / 29;
  return value > knee * knee * knee ? std::cbrt(value) : value / (3 * knee * knee) + 4.0 / 29;
}

}  // namespace

double linear_light(double sample) {
  return sample <= 0.04045 ? sample / 12.92 : std::pow((sample + 0.055) / 1.055, 2.4);
}

Lab lab_of(double red, double green, double blue) {
  // X, Y, Z over their value for white, which is each row's sum: a grey pixel has exactly equal ones.
  const double x =
      lab_root((0.4124564 * red + 0.3575761 * green + 0.1804375 * blue) / (0.4124564 + 0.3575761 + 0.1804375));
  const double y =
      lab_root((0.2126729 * red + 0.7151522 * green + 0.0721750 * blue) / (0.2126729 + 0.7151522 + 0.0721750));
  const double z =
      lab_root((0.0193339 * red + 0.1191920 * green + 0.9503041 * blue) / (0.0193339 + 0.1191920 + 0.9503041));
  return {.l = 116 * y - 16, .a = 500 * (x - y), .b = 200 * (y - z)};
}

}  // namespace colourize::photo
