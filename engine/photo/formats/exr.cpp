// OpenEXR ("Technical Introduction to OpenEXR", openexr.com): pictures of linear light.
#include <ImfStandardAttributes.h>
#include <fmt/core.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <limits>
#include <string>

#include "engine/photo/film_tones.h"
#include "engine/photo/formats/exr_file.h"
#include "engine/photo/formats/format.h"

namespace colourize::photo {
namespace {

using namespace std::string_view_literals;

constexpr auto name_of_format = "OpenEXR"sv;
constexpr std::array extensions{".exr"sv};

bool recognises(std::span<const std::byte> file, std::string_view /*extension*/) {
  return as_text(file).starts_with("\x76\x2F\x31\x01"sv);
}

StoredSize size_of(const ExrLayout& layout) {
  return {layout.width, layout.height, layout.channels(), 16};
}

StoredSize size(std::span<const std::byte> file, const std::string& name) {
  if (!recognises(file, {})) refuse_damaged(name, name_of_format, nullptr);
  return size_of(ExrFile(file, name).layout());
}

struct Outside {
  std::size_t brighter = 0;  // samples above 1
  std::size_t no_light = 0;  // below 0, or no numbers
};

// Colours are divided by the alpha that they were multiplied with, and cut to black and white.
Raster16 as_srgb(const Raster<float>& light, bool alpha, Outside& outside) {
  Raster16 raster(light.width, light.height, light.channels);
  const auto channels = static_cast<std::size_t>(light.channels);
  constexpr float white = std::numeric_limits<std::uint16_t>::max();
  for (std::size_t i = 0; i < light.samples.size(); i += channels) {
    const float opacity = alpha ? light.samples[i + channels - 1] : 1.0F;
    for (std::size_t c = i; c < i + channels; ++c) {
      const bool is_alpha = alpha && c == i + channels - 1;
      float sample = light.samples[c];
      if (!is_alpha && opacity > 0 && opacity < 1) sample /= opacity;
      if (!is_alpha && sample > 1) ++outside.brighter;
      if (std::isnan(sample) || sample < 0) ++outside.no_light;
      sample = sample > 0 ? std::min(sample, 1.0F) : 0.0F;
      const double shown = is_alpha ? sample : srgb_of_light(sample);
      raster.samples[c] = static_cast<std::uint16_t>(std::lround(white * shown));
    }
  }
  return raster;
}

void warn_of_tones(const Outside& outside, std::size_t samples, const std::string& name, const Warn& warn) {
  warn(name + ": its linear samples were converted to sRGB, in 16 bits");
  if (outside.brighter > 0) {
    warn(fmt::format("{}: {:.2g} % of its samples are brighter than white (1.0) and become white", name,
                     100 * static_cast<double>(outside.brighter) / static_cast<double>(samples)));
  }
  if (outside.no_light > 0) warn(name + ": samples below 0, and those that are no numbers, become black");
}

void warn_of_what_is_left_out(const ExrFile& exr, const std::string& name, const Warn& warn) {
  if (exr.parts() > 1) warn(fmt::format("{}: has {} parts, of which the first one is read", name, exr.parts()));
  const std::size_t further = exr.layout().further;
  if (further > 0 && exr.layout().colours != ExrLayout::Colours::luma_and_chroma) {
    warn(fmt::format("{}: {} further {} left out", name, further, further == 1 ? "channel is" : "channels are"));
  }
  if (exr.header().dataWindow() != exr.header().displayWindow()) {
    warn(name + ": its data window is not what it wants shown; all data are read, and nothing around them");
  }
}

// For an inch along a row, and the width of a pixel for its height.
std::optional<Density> density_of(const Imf::Header& header) {
  const double aspect = header.pixelAspectRatio();
  const bool sound = std::isnormal(aspect) && aspect > 0;
  if (Imf::hasXDensity(header)) {
    const double density = Imf::xDensity(header) * inches_per_metre;
    if (sound && std::isnormal(density) && density > 0) return Density{density, density * aspect, Density::Unit::metre};
  }
  if (!sound || aspect == 1) return {};
  return Density{1, aspect, Density::Unit::none};
}

// The curve is sRGB's by now; the colours are still those of the file.
std::optional<StatedColours> colours_of(const Imf::Header& header) {
  if (!Imf::hasChromaticities(header)) return {};
  const Imf::Chromaticities& of = Imf::chromaticities(header);
  const auto point = [](const auto& from) { return StatedColours::Point{from.x, from.y}; };
  return StatedColours{
      .gamma = {},
      .primaries = StatedColours::Primaries{
          .white = point(of.white), .red = point(of.red), .green = point(of.green), .blue = point(of.blue)}};
}

StoredPicture load(std::span<const std::byte> file, const std::string& name, Damage damage, const Warn& warn) {
  if (!recognises(file, {})) refuse_damaged(name, name_of_format, nullptr);
  ExrFile exr(file, name);
  const ExrLayout& layout = exr.layout();
  Raster<float> light(layout.width, layout.height, layout.channels());
  std::string reason;
  const int rows = exr.read(light, reason);
  if (rows == 0) refuse_damaged(name, name_of_format, reason.c_str());
  if (rows < layout.height && damage == Damage::refuse) refuse_incomplete(name, name_of_format, reason.c_str());
  warn_of_what_is_left_out(exr, name, warn);
  Outside outside;
  Raster16 raster = as_srgb(light, layout.alpha, outside);
  warn_of_tones(outside, light.samples.size(), name, warn);
  StoredPicture picture;
  if (rows < layout.height) {
    leave_grey(raster, rows);
    picture.salvage = Salvage{.rows = layout.height, .missing_rows = layout.height - rows};
  }
  picture.pixels = std::move(raster);
  picture.density = density_of(exr.header());
  picture.stated = colours_of(exr.header());
  return picture;
}

}  // namespace

namespace formats {
extern const PictureFormat exr{.name = name_of_format,
                               .extensions = extensions,
                               .output_extensions = {},
                               .recognises = recognises,
                               .size = size,
                               .load = load,
                               .save = nullptr};
}  // namespace formats

}  // namespace colourize::photo
