#include "engine/photo/formats/tiff_samples.h"

#include <algorithm>
#include <vector>

#include "engine/photo/formats/tiff_numbers.h"
#include "system/error.h"

namespace colourize::photo {
namespace {

constexpr auto name_of_format = "TIFF";

// Puts decoded rows of numbers, of strips or of tiles, into the raster.
template <typename Sample>
class Placing {
 public:
  Placing(const TiffLayout& layout, Raster<Sample>& raster) : layout_(layout), raster_(raster) {
    for (unsigned i = 0; i < layout.colour_samples(); ++i) wanted_.push_back(i);
    if (layout.alpha) wanted_.push_back(*layout.alpha);
  }

  // The samples of a pixel that the picture needs, in the order of the raster's channels.
  const std::vector<unsigned>& wanted() const { return wanted_; }
  // How many numbers of a pixel one row of decoded data has.
  std::size_t numbers_of_a_pixel() const { return layout_.apart ? 1 : layout_.samples; }

  // `row`: of `pixels` pixels from column x on; where samples are stored apart, those of the raster's `channel`.
  void place(std::span<const std::byte> row, int x, int y, std::size_t pixels, std::size_t channel) {
    const std::size_t stride = numbers_of_a_pixel();
    numbers_.resize(pixels * stride);
    read_tiff_numbers<Sample>(row, layout_, numbers_);
    const auto channels = static_cast<std::size_t>(raster_.channels);
    Sample* to = raster_.row(y).data() + static_cast<std::size_t>(x) * channels;
    for (std::size_t i = 0; i < pixels; ++i, to += channels) {
      if (layout_.apart) {
        to[channel] = numbers_[i];
      } else {
        for (std::size_t c = 0; c < channels; ++c) to[c] = numbers_[i * stride + wanted_[c]];
      }
    }
  }

 private:
  const TiffLayout& layout_;
  Raster<Sample>& raster_;
  std::vector<unsigned> wanted_;
  std::vector<Sample> numbers_;
};

// Of samples that are stored apart, all of the picture is sound or nothing: the last ones need all rows too.
template <typename Sample>
TiffRows decode_strips(TIFF* tiff, const TiffMessages& messages, const TiffLayout& layout, const std::string& name,
                       Placing<Sample>& placing) {
  const auto width = static_cast<std::size_t>(layout.width);
  const std::size_t row_bytes = tiff_row_bytes(layout, width * placing.numbers_of_a_pixel());
  if (TIFFScanlineSize64(tiff) != row_bytes) refuse_damaged(name, name_of_format, "two different sizes");
  std::vector<std::byte> row(row_bytes);
  const std::size_t pictures = layout.apart ? placing.wanted().size() : 1;
  for (std::size_t channel = 0; channel < pictures; ++channel) {
    for (int y = 0; y < layout.height; ++y) {
      const bool decoded = TIFFReadScanline(tiff, row.data(), static_cast<std::uint32_t>(y),
                                            static_cast<std::uint16_t>(placing.wanted()[channel])) == 1;
      if (!decoded || messages.jpeg_warned()) return {.sound = layout.apart ? 0 : y, .damaged = true};
      placing.place(row, 0, y, width, channel);
    }
  }
  return {.sound = layout.height};
}

template <typename Sample>
TiffRows decode_tiles(TIFF* tiff, const TiffMessages& messages, const TiffLayout& layout, const std::string& name,
                      Placing<Sample>& placing) {
  std::uint32_t tile_width = 0;
  std::uint32_t tile_height = 0;
  TIFFGetField(tiff, TIFFTAG_TILEWIDTH, &tile_width);
  TIFFGetField(tiff, TIFFTAG_TILELENGTH, &tile_height);
  // A tile may be larger than the picture, but not so large that it takes memory for nothing.
  constexpr std::uint64_t most_pixels = 16'000'000;
  const std::uint64_t pixels = static_cast<std::uint64_t>(layout.width) * static_cast<std::uint64_t>(layout.height);
  const std::uint64_t tile_pixels = std::uint64_t{tile_width} * tile_height;
  if (tile_pixels == 0 || tile_pixels > std::max(most_pixels, 2 * pixels)) {
    refuse_damaged(name, name_of_format, "impossible tiles");
  }
  const std::size_t row_bytes = tiff_row_bytes(layout, tile_width * placing.numbers_of_a_pixel());
  if (TIFFTileSize64(tiff) != row_bytes * tile_height) refuse_damaged(name, name_of_format, "two different sizes");
  std::vector<std::byte> tile(row_bytes * tile_height);
  const std::size_t pictures = layout.apart ? placing.wanted().size() : 1;
  const auto width = static_cast<std::uint32_t>(layout.width);
  const auto height = static_cast<std::uint32_t>(layout.height);
  for (std::size_t channel = 0; channel < pictures; ++channel) {
    for (std::uint32_t top = 0; top < height; top += std::min(tile_height, height - top)) {
      for (std::uint32_t left = 0; left < width; left += std::min(tile_width, width - left)) {
        const bool decoded =
            TIFFReadTile(tiff, tile.data(), left, top, 0, static_cast<std::uint16_t>(placing.wanted()[channel])) >= 0;
        if (!decoded || messages.jpeg_warned()) {
          return {.sound = layout.apart ? 0 : static_cast<int>(top), .damaged = true};
        }
        for (std::uint32_t y = 0; y < std::min(tile_height, height - top); ++y) {
          placing.place(std::span(tile).subspan(y * row_bytes, row_bytes), static_cast<int>(left),
                        static_cast<int>(top + y), std::min(tile_width, width - left), channel);
        }
      }
    }
  }
  return {.sound = layout.height};
}

}  // namespace

template <typename Sample>
TiffRows decode_tiff_samples(const TiffSource& source, const TiffLayout& layout, const std::string& name,
                             Raster<Sample>& raster) {
  Placing<Sample> placing(layout, raster);
  return layout.tiled ? decode_tiles(source.handle(), source.messages(), layout, name, placing)
                      : decode_strips(source.handle(), source.messages(), layout, name, placing);
}

template TiffRows decode_tiff_samples(const TiffSource&, const TiffLayout&, const std::string&, Raster8&);
template TiffRows decode_tiff_samples(const TiffSource&, const TiffLayout&, const std::string&, Raster16&);
template TiffRows decode_tiff_samples(const TiffSource&, const TiffLayout&, const std::string&, Raster<float>&);

TiffRows decode_tiff_by_library(const TiffSource& source, const TiffLayout& layout, Raster8& raster) {
  TIFF* tiff = source.handle();
  std::vector<std::uint32_t> pixels(raster.samples.size() / 3);
  constexpr int stop_at_errors = 1;
  // Asked for in the file's own orientation, the picture is not turned: decode() does that.
  const bool decoded = TIFFReadRGBAImageOriented(tiff, static_cast<std::uint32_t>(layout.width),
                                                 static_cast<std::uint32_t>(layout.height), pixels.data(),
                                                 tiff_orientation(tiff).value_or(1), stop_at_errors) == 1;
  if (!decoded || source.messages().jpeg_warned()) return {.sound = 0, .damaged = true};
  for (std::size_t i = 0; i < pixels.size(); ++i) {
    raster.samples[3 * i] = static_cast<std::uint8_t>(TIFFGetR(pixels[i]));
    raster.samples[3 * i + 1] = static_cast<std::uint8_t>(TIFFGetG(pixels[i]));
    raster.samples[3 * i + 2] = static_cast<std::uint8_t>(TIFFGetB(pixels[i]));
  }
  return {.sound = layout.height};
}

}  // namespace colourize::photo
