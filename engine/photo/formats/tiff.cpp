// TIFF (Adobe, TIFF Revision 6.0) and BigTIFF, by libtiff.
#include <fmt/core.h>

#include <algorithm>
#include <array>
#include <limits>
#include <optional>
#include <utility>

#include "engine/photo/formats/alpha.h"
#include "engine/photo/formats/float_samples.h"
#include "engine/photo/formats/format.h"
#include "engine/photo/formats/inks.h"
#include "engine/photo/formats/tiff_pages.h"
#include "engine/photo/formats/tiff_samples.h"
#include "engine/photo/formats/tiff_writer.h"
#include "engine/photo/signature.h"
#include "system/error.h"

namespace colourize::photo {
namespace {

using namespace std::string_view_literals;

constexpr auto name_of_format = "TIFF"sv;
constexpr std::array extensions{".tif"sv, ".tiff"sv};

bool recognises(std::span<const std::byte> file, std::string_view extension) {
  constexpr std::array marks{"II*\0"sv, "MM\0*"sv, "II+\0"sv, "MM\0+"sv};
  const std::string_view bytes(reinterpret_cast<const char*>(file.data()), file.size());  // NOLINT: the same bytes
  return std::ranges::any_of(marks, [&](std::string_view mark) { return bytes.starts_with(mark); }) &&
         !is_camera_raw(file, extension);
}

StoredSize size(std::span<const std::byte> file, const std::string& name) {
  const TiffSource source(file);
  find_tiff_pages(source);
  return read_tiff_layout(source, name).stored_size();
}

StoredSize largest(std::span<const std::byte> file, const std::string& name) {
  return largest_tiff_page(TiffSource(file), name);
}

// From four inks, and alpha where there is one. A TIFF stores how much ink there is.
template <typename Sample>
Raster<Sample> without_inks(const Raster<Sample>& stored, const InkConversion& conversion) {
  constexpr Sample full = std::numeric_limits<Sample>::max();
  const auto channels = static_cast<std::size_t>(stored.channels);
  const auto width = static_cast<std::size_t>(stored.width);
  Raster<Sample> result(stored.width, stored.height, stored.channels - 1);
  std::vector<Sample> inverted(width * inks);
  std::vector<Sample> colours(width * 3);
  for (int y = 0; y < stored.height; ++y) {
    const auto from = stored.row(y);
    const auto to = result.row(y);
    for (std::size_t i = 0; i < inverted.size(); ++i) {
      inverted[i] = static_cast<Sample>(full - from[i / inks * channels + i % inks]);
    }
    conversion.run<Sample>(inverted, colours);
    for (std::size_t x = 0; x < width; ++x) {
      for (std::size_t c = 0; c < 3; ++c) to[x * (channels - 1) + c] = colours[3 * x + c];
      if (channels > inks) to[x * (channels - 1) + 3] = from[x * channels + inks];
    }
  }
  return result;
}

// From the numbers of a palette's colours, and alpha where there is one. The palette has 16 bits a colour.
Raster8 looked_up(const Raster8& stored, TIFF* tiff, const std::string& name) {
  std::uint16_t* red = nullptr;
  std::uint16_t* green = nullptr;
  std::uint16_t* blue = nullptr;
  if (TIFFGetField(tiff, TIFFTAG_COLORMAP, &red, &green, &blue) != 1) {
    refuse_damaged(name, name_of_format, "it has no palette");
  }
  const std::array<const std::uint16_t*, 3> palette{red, green, blue};
  std::uint16_t bits = 0;
  TIFFGetFieldDefaulted(tiff, TIFFTAG_BITSPERSAMPLE, &bits);
  const std::size_t colours = std::size_t{1} << bits;
  // Some programs store 8 bits a colour.
  const bool deep = std::ranges::any_of(palette, [&](const std::uint16_t* colour) {
    return std::any_of(colour, colour + colours, [](std::uint16_t value) { return value > UINT8_MAX; });
  });
  const auto channels = static_cast<std::size_t>(stored.channels);
  Raster8 result(stored.width, stored.height, stored.channels + 2);
  for (std::size_t pixel = 0; pixel < stored.samples.size() / channels; ++pixel) {
    const std::uint8_t* from = stored.samples.data() + pixel * channels;
    std::uint8_t* to = result.samples.data() + pixel * (channels + 2);
    for (std::size_t c = 0; c < 3; ++c) to[c] = static_cast<std::uint8_t>(palette.at(c)[*from] >> (deep ? 8U : 0U));
    if (channels > 1) to[3] = from[1];
  }
  return result;
}

template <typename Sample>
Raster<Sample> interpreted(Raster<Sample> stored, const TiffLayout& layout, const std::optional<InkConversion>& ink,
                           TIFF* tiff, const std::string& name) {
  if (layout.colours == TiffLayout::Colours::inverted_grey) {
    const auto channels = static_cast<std::size_t>(stored.channels);
    for (std::size_t i = 0; i < stored.samples.size(); i += channels) {
      stored.samples[i] = static_cast<Sample>(std::numeric_limits<Sample>::max() - stored.samples[i]);
    }
  }
  if (ink) stored = without_inks(stored, *ink);
  if constexpr (sizeof(Sample) == 1) {
    if (layout.colours == TiffLayout::Colours::palette) stored = looked_up(stored, tiff, name);
  }
  if (layout.multiplied) divide_by_alpha(stored);
  return stored;
}

// Decodes, and says how many rows came.
template <typename Sample>
std::pair<Raster<Sample>, TiffRows> decoded(const TiffSource& source, const TiffLayout& layout, const std::string& name,
                                            const Warn& warn) {
  const int channels = static_cast<int>(layout.colour_samples()) + (layout.alpha ? 1 : 0);
  Raster<Sample> raster(layout.width, layout.height, channels);
  if constexpr (sizeof(Sample) == 1) {
    if (layout.colours == TiffLayout::Colours::library) {
      const TiffRows rows = decode_tiff_by_library(source, layout, raster);
      return {std::move(raster), rows};
    }
  } else if (layout.numbers == TiffLayout::Numbers::floating) {
    Raster<float> floating(layout.width, layout.height, channels);
    const TiffRows rows = decode_tiff_samples(source, layout, name, floating);
    to_16_bits(floating.samples, raster.samples, name, warn);
    return {std::move(raster), rows};
  }
  const TiffRows rows = decode_tiff_samples(source, layout, name, raster);
  return {std::move(raster), rows};
}

template <typename Sample>
StoredPicture load_samples(const TiffSource& source, const TiffLayout& layout, const std::string& name, Damage damage,
                           const Warn& warn) {
  auto [raster, rows] = decoded<Sample>(source, layout, name, warn);
  const char* reason = source.messages().error();
  if (*reason == '\0') reason = source.messages().warning();
  if (rows.damaged && rows.sound == 0) refuse_damaged(name, name_of_format, reason);
  if (rows.damaged && damage == Damage::refuse) refuse_incomplete(name, name_of_format, reason);
  const std::span<const std::byte> profile = tiff_profile(source.handle());
  const bool has_inks = layout.colours == TiffLayout::Colours::inks;
  const std::optional<InkConversion> ink = has_inks ? std::optional<InkConversion>(profile) : std::nullopt;
  if (ink) ink->warn_of(name, warn);
  StoredPicture picture{interpreted(std::move(raster), layout, ink, source.handle(), name), {}};
  picture.profile.assign(profile.begin(), profile.end());
  if (ink && ink->by_profile()) picture.profile = srgb_profile();
  if (rows.damaged) {
    leave_grey(std::get<Raster<Sample>>(picture.pixels), rows.sound);
    picture.salvage = Salvage{.rows = layout.height, .missing_rows = layout.height - rows.sound};
  } else if (*source.messages().warning() != '\0') {
    warn(name + ": is odd, and may be damaged: " + source.messages().warning());
  }
  return picture;
}

void warn_of_what_is_left_out(const TiffLayout& layout, int pages, const std::string& name, const Warn& warn) {
  if (pages > 1) warn(fmt::format("{}: has {} pages, of which the first one is read", name, pages));
  if (layout.colours == TiffLayout::Colours::library) return;
  if (layout.numbers == TiffLayout::Numbers::with_sign) {
    warn(name + ": its samples have a sign; those below 0 become black");
  } else if (layout.numbers == TiffLayout::Numbers::whole && layout.bits > 16) {
    warn(fmt::format("{}: its samples of {} bits are rounded to 16", name, layout.bits));
  }
  const unsigned further = layout.samples - layout.colour_samples() - (layout.alpha ? 1 : 0);
  if (further > 0) {
    warn(fmt::format("{}: {} further {} left out", name, further, further == 1 ? "channel is" : "channels are"));
  }
}

StoredPicture load(std::span<const std::byte> file, const std::string& name, Damage damage, const Warn& warn) {
  const TiffSource source(file);
  const int pages = find_tiff_pages(source);
  const TiffLayout layout = read_tiff_layout(source, name);
  warn_of_what_is_left_out(layout, pages, name, warn);
  StoredPicture picture = layout.stored_size().bits == 16
                              ? load_samples<std::uint16_t>(source, layout, name, damage, warn)
                              : load_samples<std::uint8_t>(source, layout, name, damage, warn);
  picture.density = tiff_density(source.handle());
  picture.orientation = tiff_orientation(source.handle());
  return picture;
}

}  // namespace

namespace formats {
extern const PictureFormat tiff{.name = name_of_format,
                                .extensions = extensions,
                                .output_extensions = extensions,
                                .recognises = recognises,
                                .size = size,
                                .load = load,
                                .save = nullptr,
                                .stream = stream_tiff,
                                .pages = count_tiff_pages,
                                .largest = largest,
                                .page = tiff_page,
                                .place_page = place_tiff_page};
}  // namespace formats

}  // namespace colourize::photo
