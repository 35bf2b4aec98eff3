// JPEG XL (ISO/IEC 18181-1, and 18181-2 for the file in boxes), by libjxl.
#include <fmt/core.h>
#include <jxl/decode.h>

#include <algorithm>
#include <array>
#include <limits>
#include <string>
#include <utility>

#include "engine/photo/boxes.h"
#include "engine/photo/formats/alpha.h"
#include "engine/photo/formats/float_samples.h"
#include "engine/photo/formats/format.h"
#include "engine/photo/formats/jpeg_xl_decoder.h"
#include "engine/photo/formats/jpeg_xl_writer.h"
#include "system/error.h"
#include "system/lists.h"

namespace colourize::photo {
namespace {

using namespace std::string_view_literals;

constexpr auto name_of_format = "JPEG XL"sv;
constexpr std::array extensions{".jxl"sv};

bool recognises(std::span<const std::byte> file, std::string_view /*extension*/) {
  const auto* bytes = reinterpret_cast<const std::uint8_t*>(file.data());  // NOLINT: the same bytes
  const JxlSignature signature = JxlSignatureCheck(bytes, file.size());
  return signature == JXL_SIG_CODESTREAM || signature == JXL_SIG_CONTAINER;
}

// libjxl makes the picture upright, and the header too.
void check(const JxlBasicInfo& header, const std::string& name) {
  constexpr auto longest = static_cast<std::uint32_t>(std::numeric_limits<int>::max());
  const bool possible = header.xsize >= 1 && header.ysize >= 1 && header.xsize <= longest && header.ysize <= longest &&
                        (header.num_color_channels == 1 || header.num_color_channels == 3);
  if (!possible) refuse_damaged(name, name_of_format, "impossible header");
  // libjxl takes memory for each of them, as much as for a colour.
  constexpr std::uint32_t most_channels = 8;
  if (header.num_extra_channels > most_channels) {
    throw Error(ErrorKind::unsupported, name,
                fmt::format("is a JPEG XL of {} channels beside its colours; at most {} can be read",
                            header.num_extra_channels, most_channels),
                "convert it to a TIFF");
  }
}

StoredSize size_of(const JxlBasicInfo& header) {
  const std::uint32_t channels = header.num_color_channels + (header.alpha_bits > 0 ? 1 : 0);
  return {static_cast<int>(header.xsize), static_cast<int>(header.ysize), static_cast<int>(channels),
          jpeg_xl_samples(header) == JpegXlSamples::bytes ? 8 : 16};
}

StoredSize size(std::span<const std::byte> file, const std::string& name) {
  if (!recognises(file, {})) refuse_damaged(name, name_of_format, nullptr);
  const auto header = read_jpeg_xl_header(file);
  if (!header) refuse_damaged(name, name_of_format, nullptr);
  check(*header, name);
  return size_of(*header);
}

std::variant<Raster8, Raster16> whole_samples(DecodedJpegXl& decoded, const std::string& name, const Warn& warn) {
  if (auto* bytes = std::get_if<Raster8>(&decoded.pixels)) return std::move(*bytes);
  if (auto* words = std::get_if<Raster16>(&decoded.pixels)) return std::move(*words);
  const auto& floats = std::get<Raster<float>>(decoded.pixels);
  Raster16 raster(floats.width, floats.height, floats.channels);
  to_16_bits(floats.samples, raster.samples, name, warn);
  return raster;
}

void warn_of_what_is_left_out(const DecodedJpegXl& decoded, const std::string& name, const Warn& warn) {
  const JxlBasicInfo& header = decoded.header;
  if (header.have_animation != 0) {
    warn(name + ": is an animation, or has several pages; the first picture is read");
  }
  if (header.exponent_bits_per_sample == 0 && header.bits_per_sample > 16) {
    warn(fmt::format("{}: its samples of {} bits are rounded to 16", name, header.bits_per_sample));
  }
  const std::uint32_t further = header.num_extra_channels - (header.alpha_bits > 0 ? 1 : 0);
  if (further > 0) {
    warn(fmt::format("{}: {} further {} left out", name, further, further == 1 ? "channel is" : "channels are"));
  }
  if (!decoded.colours_are_known) warn(name + ": does not say what its numbers mean; they are taken for sRGB's");
  std::vector<std::string> left_out;
  for (std::string type : decoded.other_boxes) {
    const bool printable = std::ranges::all_of(type, [](char c) { return c >= ' ' && c <= '~'; });
    if (!printable) type = "?";
    type.resize(type.find_last_not_of(' ') + 1);
    if (std::ranges::find(left_out, type) == left_out.end()) left_out.push_back(std::move(type));
  }
  if (!left_out.empty()) {
    warn(fmt::format("{}: what other programs keep in it is left out: {} {}", name,
                     left_out.size() == 1 ? "the box" : "the boxes", listed(left_out, "and")));
  }
}

StoredPicture load(std::span<const std::byte> file, const std::string& name, Damage damage, const Warn& warn) {
  using Outcome = DecodedJpegXl::Outcome;
  if (!recognises(file, {})) refuse_damaged(name, name_of_format, nullptr);
  DecodedJpegXl decoded = decode_jpeg_xl(file, [&](const JxlBasicInfo& header) { check(header, name); });
  const char* reason = decoded.cut_short ? "it ends before its picture does" : nullptr;
  if (decoded.outcome == Outcome::none) refuse_damaged(name, name_of_format, reason);
  if (decoded.outcome == Outcome::part && damage == Damage::refuse) refuse_incomplete(name, name_of_format, reason);
  if (decoded.has_black_ink) {
    throw Error(ErrorKind::unsupported, name, "is a JPEG XL in CMYK, which cannot be read", "convert it to a TIFF");
  }
  warn_of_what_is_left_out(decoded, name, warn);
  StoredPicture picture;
  picture.pixels = whole_samples(decoded, name, warn);
  const int rows = std::visit([](const auto& raster) { return raster.height; }, picture.pixels);
  if (decoded.outcome == Outcome::part) {
    picture.salvage = Salvage{.rows = rows, .missing_rows = 0, .cut_short = decoded.cut_short};
  } else if (const auto boxes = boxes_in(file); !boxes.empty() && boxes.front().type == "JXL " && !boxes.back().whole) {
    warn(name + ": is truncated after its picture; metadata may be missing");
  }
  if (decoded.header.alpha_bits > 0 && decoded.header.alpha_premultiplied != 0) {
    std::visit([](auto& raster) { divide_by_alpha(raster); }, picture.pixels);
  }
  picture.orientation = 1;
  picture.profile = std::move(decoded.profile);
  picture.metadata = std::move(decoded.metadata);
  return picture;
}

}  // namespace

namespace formats {
extern const PictureFormat jpeg_xl{.name = name_of_format,
                                   .extensions = extensions,
                                   .output_extensions = extensions,
                                   .recognises = recognises,
                                   .size = size,
                                   .load = load,
                                   .save = save_jpeg_xl};
}  // namespace formats

}  // namespace colourize::photo
