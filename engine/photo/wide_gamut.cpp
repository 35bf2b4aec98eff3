#include "engine/photo/wide_gamut.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdint>
#include <limits>
#include <utility>
#include <variant>
#include <vector>

#include "engine/photo/colour_space.h"
#include "kernels/bt601.h"

namespace colourize::photo {
namespace {

// What 16 bits have for one step of a Sample: 257 for 8 bits, 1 for 16.
template <class Sample>
constexpr unsigned step = std::numeric_limits<std::uint16_t>::max() / std::numeric_limits<Sample>::max();

// A row without alpha, 3 samples of 16 bits a pixel.
template <class Sample>
void deepen(std::span<const Sample> row, int channels, std::vector<std::uint16_t>& to) {
  auto at = to.begin();
  for (std::size_t i = 0; i < row.size(); i += static_cast<std::size_t>(channels)) {
    for (std::size_t c = i; c < i + 3; ++c) *at++ = static_cast<std::uint16_t>(row[c] * step<Sample>);
  }
}

// A conversion that looks up greys: Little CMS takes 0.15 microseconds for a pixel, and most pictures are grey.
class QuickConversion {
 public:
  explicit QuickConversion(const Conversion& conversion) : conversion_(conversion), greys_(3 * levels) {
    for (std::size_t i = 0; i < greys_.size(); ++i) greys_[i] = static_cast<std::uint16_t>(i / 3);
    conversion_.run(greys_.data(), greys_.data(), levels);
  }

  // Converts a row of 3 samples a pixel in place.
  void run(std::vector<std::uint16_t>& row) const {
    for (std::size_t i = 0; i < row.size(); i += 3) {
      if (row[i] != row[i + 1] || row[i] != row[i + 2]) return conversion_.run(row.data(), row.data(), row.size() / 3);
    }
    for (std::size_t i = 0; i < row.size(); i += 3) std::copy_n(&greys_[std::size_t{3} * row[i]], 3, &row[i]);
  }

 private:
  static constexpr std::size_t levels = std::size_t{std::numeric_limits<std::uint16_t>::max()} + 1;
  const Conversion& conversion_;
  std::vector<std::uint16_t> greys_;  // of each level, its 3 converted samples
};

// The raster's colours through the conversion, to samples of another depth or the same.
template <class To, class From>
Raster<To> converted(const Raster<From>& from, const Conversion& conversion) {
  Raster<To> to(from.width, from.height, from.channels);
  const auto channels = static_cast<std::size_t>(from.channels);
  const QuickConversion quick(conversion);
  std::vector<std::uint16_t> row(static_cast<std::size_t>(from.width) * 3);
  const auto fit = [](unsigned value) { return static_cast<To>((value + step<To> / 2) / step<To>); };
  for (int y = 0; y < from.height; ++y) {
    deepen(from.row(y), from.channels, row);
    quick.run(row);
    const auto source = from.row(y);
    const auto target = to.row(y);
    const std::uint16_t* colour = row.data();
    for (std::size_t i = 0; i < target.size(); i += channels, colour += 3) {
      for (std::size_t c = 0; c < 3; ++c) target[i + c] = fit(colour[c]);
      if (channels == 4) target[i + 3] = fit(source[i + 3] * step<From>);
    }
  }
  return to;
}

// The pixel's luma, and what the colour has beside its own. The distances of a colour's channels from its luma have a
// luma of 0, so any share of them leaves the pixel's as it is.
template <class Sample>
void take_colour(const std::uint16_t* colour, Sample* pixel) {
  constexpr float white = std::numeric_limits<Sample>::max();
  constexpr float scale = 1.0F / step<Sample>;
  const float luma = kernels::bt601::luma(pixel[0], pixel[1], pixel[2]);
  const float own = kernels::bt601::luma(colour[0], colour[1], colour[2]);
  std::array<float, 3> channels{};
  float share = 1;
  for (std::size_t c = 0; c < 3; ++c) {
    channels.at(c) = luma + (static_cast<float>(colour[c]) - own) * scale;
    share = std::min(share, kernels::bt601::fitting_share(luma, channels.at(c), white));
  }
  for (std::size_t c = 0; c < 3; ++c) {
    const float channel = kernels::bt601::with_share(luma, channels.at(c), share);
    pixel[c] = static_cast<Sample>(std::clamp(channel, 0.0F, white) + 0.5F);
  }
}

template <class Sample, class Coloured>
void take_colours(const Raster<Coloured>& from, const Conversion& conversion, Raster<Sample>& to) {
  std::vector<std::uint16_t> row(static_cast<std::size_t>(to.width) * 3);
  for (int y = 0; y < to.height; ++y) {
    deepen(from.row(y), from.channels, row);
    conversion.run(row.data(), row.data(), static_cast<std::size_t>(to.width));
    Sample* pixel = to.row(y).data();
    for (std::size_t i = 0; i < row.size(); i += 3, pixel += to.channels) take_colour(&row[i], pixel);
  }
}

template <class Sample>
std::variant<Raster8, Raster16> srgb_pixels(const Photo& photo) {
  const Conversion conversion = photo.space->to_srgb().value();
  return std::visit([&](const auto& raster) { return converted<Sample>(raster, conversion); }, photo.pixels);
}

}  // namespace

Photo as_srgb(Photo photo) {
  if (photo.space == nullptr) return photo;
  photo.pixels = photo.bits() == 8 ? srgb_pixels<std::uint8_t>(photo) : srgb_pixels<std::uint16_t>(photo);
  photo.space = nullptr;
  return photo;
}

Photo colour_in_space(Photo photo, const std::function<Photo(Photo)>& colour) {
  Photo shown = with_pixels(photo, srgb_pixels<std::uint16_t>(photo));
  shown.space = nullptr;
  const Photo coloured = colour(std::move(shown));
  const Conversion conversion = photo.space->from_srgb().value();
  std::visit([&](const auto& from, auto& to) { take_colours(from, conversion, to); }, coloured.pixels, photo.pixels);
  return photo;
}

}  // namespace colourize::photo
