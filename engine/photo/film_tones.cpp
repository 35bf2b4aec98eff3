#include "engine/photo/film_tones.h"

#include <fmt/core.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <vector>

namespace colourize::photo {
namespace {

// Kodak's numbers.
constexpr double codes = 1023;
constexpr double black = 95;
constexpr double white = 685;
constexpr double light_per_code = 0.002 / 0.6;  // in powers of ten

// Of each sample: the new one, and whether it was brighter than white.
template <typename Sample>
struct Curve {
  std::vector<Sample> samples;
  std::vector<bool> brighter;
};

template <typename Sample>
Curve<Sample> curve_of(FilmTransfer transfer) {
  constexpr double full = std::numeric_limits<Sample>::max();
  constexpr std::size_t count = std::size_t{std::numeric_limits<Sample>::max()} + 1;
  Curve<Sample> curve{std::vector<Sample>(count), std::vector<bool>(count)};
  for (std::size_t i = 0; i < count; ++i) {
    const double code = static_cast<double>(i) / full;
    const double light = transfer == FilmTransfer::log ? light_of_log_code(code) : code;
    // Reference white itself is 1 but for the last bits.
    constexpr double above_white = 1 + 1e-9;
    curve.brighter[i] = light > above_white;
    curve.samples[i] = static_cast<Sample>(std::lround(full * srgb_of_light(std::clamp(light, 0.0, 1.0))));
  }
  return curve;
}

// Returns how many colours' samples were brighter than white.
template <typename Sample>
std::size_t apply(FilmTransfer transfer, Raster<Sample>& raster) {
  const Curve<Sample> curve = curve_of<Sample>(transfer);
  const auto channels = static_cast<std::size_t>(raster.channels);
  const std::size_t colours = channels < 3 ? 1 : 3;
  std::size_t brighter = 0;
  for (std::size_t i = 0; i < raster.samples.size(); i += channels) {
    for (std::size_t c = i; c < i + colours; ++c) {
      brighter += curve.brighter[raster.samples[c]] ? 1 : 0;
      raster.samples[c] = curve.samples[raster.samples[c]];
    }
  }
  return brighter;
}

}  // namespace

const std::map<std::string, FilmTransfer>& film_transfers() {
  static const std::map<std::string, FilmTransfer> names{
      {"linear", FilmTransfer::linear}, {"log", FilmTransfer::log}, {"video", FilmTransfer::video}};
  return names;
}

double film_code_of_srgb(FilmTransfer transfer, double sample) {
  if (transfer == FilmTransfer::video) return sample;
  constexpr double knee = 0.04045;
  const double light = sample <= knee ? sample / 12.92 : std::pow((sample + 0.055) / 1.055, 2.4);
  if (transfer == FilmTransfer::linear) return light;
  const double at_black = std::pow(10.0, (black - white) * light_per_code);
  return (white + std::log10(light * (1 - at_black) + at_black) / light_per_code) / codes;
}

double srgb_of_light(double light) {
  constexpr double knee = 0.0031308;
  return light <= knee ? 12.92 * light : 1.055 * std::pow(light, 1 / 2.4) - 0.055;
}

double light_of_log_code(double code) {
  const double at_black = std::pow(10.0, (black - white) * light_per_code);
  return (std::pow(10.0, (codes * code - white) * light_per_code) - at_black) / (1 - at_black);
}

void apply_film_transfer(FilmTransfer transfer, std::variant<Raster8, Raster16>& pixels, const std::string& name,
                         const Warn& warn) {
  if (transfer == FilmTransfer::video) return;
  std::visit(
      [&](auto& raster) {
        const std::size_t brighter = apply(transfer, raster);
        warn(fmt::format("{}: its {} samples were converted to sRGB", name,
                         transfer == FilmTransfer::log ? "log" : "linear"));
        if (brighter == 0) return;
        const std::size_t channels = raster.channels < 3 ? 1 : 3;
        const double all = static_cast<double>(raster.width) * raster.height * static_cast<double>(channels);
        warn(fmt::format("{}: {:.2g} % of its samples are brighter than reference white and become white", name,
                         100 * static_cast<double>(brighter) / all));
      },
      pixels);
}

}  // namespace colourize::photo
