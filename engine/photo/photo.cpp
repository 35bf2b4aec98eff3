#include "engine/photo/photo.h"

#include <algorithm>
#include <utility>

namespace colourize::photo {
namespace {

template <typename Sample>
Raster<Sample> join(const Raster<Sample>& left, const Raster<Sample>& right) {
  Raster<Sample> both(left.width + right.width, left.height, left.channels);
  for (int y = 0; y < both.height; ++y) {
    auto to = both.row(y).begin();
    to = std::ranges::copy(left.row(y), to).out;
    std::ranges::copy(right.row(y), to);
  }
  return both;
}

}  // namespace

Photo with_pixels(const Photo& photo, std::variant<Raster8, Raster16> pixels) {
  return {std::move(pixels), photo.metadata, photo.salvage, photo.density, photo.space, photo.texts, photo.film};
}

Raster8 to_8_bit(const Photo& photo) {
  if (const auto* already = std::get_if<Raster8>(&photo.pixels)) return *already;
  const auto& deep = std::get<Raster16>(photo.pixels);
  Raster8 result(deep.width, deep.height, deep.channels);
  to_8_bit(deep.samples, result.samples);
  return result;
}

void to_8_bit(std::span<const std::uint16_t> samples, std::span<std::uint8_t> to) {
  constexpr unsigned step = 257;  // 65535 / 255
  std::ranges::transform(samples, to.begin(),
                         [](std::uint16_t sample) { return static_cast<std::uint8_t>((sample + step / 2) / step); });
}

Photo side_by_side(const Photo& before, const Photo& after) {
  return std::visit(
      [&](const auto& right) {
        using SameRaster = std::decay_t<decltype(right)>;
        return with_pixels(after, join(std::get<SameRaster>(before.pixels), right));
      },
      after.pixels);
}

}  // namespace colourize::photo
