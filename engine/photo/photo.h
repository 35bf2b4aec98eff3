// A photograph in memory.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <variant>
#include <vector>

#include "engine/photo/density.h"
#include "engine/photo/film_frame.h"
#include "engine/photo/metadata.h"
#include "engine/photo/text.h"

namespace colourize::photo {

class ColourSpace;

// Rows of pixels, top to bottom. A pixel's channels are R G B or R G B A; in a file they can also be grey, or grey and
// alpha. Sample is uint8_t or uint16_t, full range.
template <typename Sample>
struct Raster {
  int width = 0;
  int height = 0;
  int channels = 3;
  std::vector<Sample> samples;

  Raster() = default;
  Raster(int w, int h, int c)
      : width(w),
        height(h),
        channels(c),
        samples(static_cast<std::size_t>(w) * static_cast<std::size_t>(h) * static_cast<std::size_t>(c)) {}

  std::size_t row_samples() const { return static_cast<std::size_t>(width) * static_cast<std::size_t>(channels); }
  std::span<Sample> row(int y) {
    return std::span(samples).subspan(static_cast<std::size_t>(y) * row_samples(), row_samples());
  }
  std::span<const Sample> row(int y) const {
    return std::span(samples).subspan(static_cast<std::size_t>(y) * row_samples(), row_samples());
  }
};

using Raster8 = Raster<std::uint8_t>;
using Raster16 = Raster<std::uint16_t>;

// How much of a damaged file's picture was readable. Rows are those of the file; they may be columns of the upright
// picture.
struct Salvage {
  int rows = 0;            // rows of the whole picture
  int missing_rows = 0;    // its last rows, which are grey; with 0 all rows are there, but parts may be coarse or wrong
  bool cut_short = false;  // the file is truncated; otherwise its data are damaged
};

struct Photo {
  std::variant<Raster8, Raster16> pixels;
  Metadata metadata;
  std::optional<Salvage> salvage = {};            // none: the file was sound
  std::optional<Density> density = {};            // of the upright picture; none: the file states none
  std::shared_ptr<const ColourSpace> space = {};  // RGB's, which the metadata's profile states; null: sRGB
  std::vector<Text> texts = {};
  std::shared_ptr<const FilmFrame> film = {};  // null: it came from no DPX

  int width() const {
    return std::visit([](const auto& raster) { return raster.width; }, pixels);
  }
  int height() const {
    return std::visit([](const auto& raster) { return raster.height; }, pixels);
  }
  int channels() const {
    return std::visit([](const auto& raster) { return raster.channels; }, pixels);
  }
  int bits() const { return std::holds_alternative<Raster8>(pixels) ? 8 : 16; }
};

// The same photo with other pixels.
Photo with_pixels(const Photo& photo, std::variant<Raster8, Raster16> pixels);

// Rounds 16 bits per sample to the nearest 8-bit value.
Raster8 to_8_bit(const Photo& photo);
void to_8_bit(std::span<const std::uint16_t> samples, std::span<std::uint8_t> to);

// Joins both pictures in one, `before` at the left. They have one size and depth, as before and after colouring.
Photo side_by_side(const Photo& before, const Photo& after);

}  // namespace colourize::photo
