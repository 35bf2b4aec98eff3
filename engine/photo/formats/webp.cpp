// WebP (Google, "WebP Container Specification"; the lossy bitstream is RFC 6386), by libwebp.
#include <fmt/core.h>
#include <webp/decode.h>
#include <webp/demux.h>

#include <algorithm>
#include <array>
#include <memory>
#include <new>
#include <string>

#include "engine/photo/formats/format.h"
#include "engine/photo/formats/stored_number.h"
#include "engine/photo/formats/webp_writer.h"

namespace colourize::photo {
namespace {

using namespace std::string_view_literals;

constexpr auto name_of_format = "WebP"sv;
constexpr std::array extensions{".webp"sv};

const std::uint8_t* bytes_of(std::span<const std::byte> file) {
  return reinterpret_cast<const std::uint8_t*>(file.data());  // NOLINT: what libwebp takes
}

bool recognises(std::span<const std::byte> file, std::string_view /*extension*/) {
  constexpr std::size_t kind_at = 8;
  const std::string_view bytes(reinterpret_cast<const char*>(file.data()), file.size());  // NOLINT: the same bytes
  return bytes.starts_with("RIFF"sv) && bytes.size() >= kind_at && bytes.substr(kind_at).starts_with("WEBP"sv);
}

WebPBitstreamFeatures read_header(std::span<const std::byte> file, const std::string& name) {
  WebPBitstreamFeatures features{};
  const VP8StatusCode status = WebPGetFeatures(bytes_of(file), file.size(), &features);
  if (status != VP8_STATUS_OK || features.width < 1 || features.height < 1)
    refuse_header(name, name_of_format, nullptr);
  return features;
}

// Of an animation libwebp gives its whole canvas, with alpha.
StoredSize size_of(const WebPBitstreamFeatures& features) {
  const bool alpha = features.has_alpha != 0 || features.has_animation != 0;
  return {features.width, features.height, alpha ? 4 : 3, 8};
}

StoredSize size(std::span<const std::byte> file, const std::string& name) {
  return size_of(read_header(file, name));
}

StoredPicture load_first_of_animation(std::span<const std::byte> file, const StoredSize& size, const std::string& name,
                                      const Warn& warn) {
  const WebPData data{bytes_of(file), file.size()};
  const std::unique_ptr<WebPAnimDecoder, decltype(&WebPAnimDecoderDelete)> decoder(WebPAnimDecoderNew(&data, nullptr),
                                                                                   &WebPAnimDecoderDelete);
  WebPAnimInfo info{};
  std::uint8_t* canvas = nullptr;
  int time = 0;
  const bool decoded = decoder != nullptr && WebPAnimDecoderGetInfo(decoder.get(), &info) != 0 &&
                       WebPAnimDecoderGetNext(decoder.get(), &canvas, &time) != 0 && canvas != nullptr;
  if (!decoded) refuse_damaged(name, name_of_format, nullptr);
  const auto expected = [](std::uint32_t side, int stated) { return side == static_cast<std::uint32_t>(stated); };
  if (!expected(info.canvas_width, size.width) || !expected(info.canvas_height, size.height)) {
    refuse_damaged(name, name_of_format, "two different sizes");
  }
  if (info.frame_count > 1) {
    warn(fmt::format("{}: is an animation of {} pictures, of which the first one is read", name, info.frame_count));
  }
  Raster8 raster(size.width, size.height, 4);
  std::copy_n(canvas, raster.samples.size(), raster.samples.data());
  return {std::move(raster), {}};
}

StoredPicture load(std::span<const std::byte> file, const std::string& name, Damage damage, const Warn& warn) {
  const WebPBitstreamFeatures features = read_header(file, name);
  const StoredSize size = size_of(features);
  if (features.has_animation != 0) return load_first_of_animation(file, size, name, warn);
  Raster8 raster(size.width, size.height, size.channels);
  // Row by row, so that the rows that are whole are known.
  const std::unique_ptr<WebPIDecoder, decltype(&WebPIDelete)> decoder(
      WebPINewRGB(size.channels == 4 ? MODE_RGBA : MODE_RGB, raster.samples.data(), raster.samples.size(),
                  static_cast<int>(raster.row_samples())),
      &WebPIDelete);
  if (decoder == nullptr) throw std::bad_alloc();
  const VP8StatusCode status = WebPIAppend(decoder.get(), bytes_of(file), file.size());
  if (status == VP8_STATUS_OK) {
    // The header has the length of what follows its first 8 bytes; metadata may stand after the picture.
    const auto length = little_endian(file, 4, 4);
    if (length && *length > file.size() - 8) warn(name + ": is truncated after its picture; metadata may be missing");
    return {std::move(raster), {}};
  }
  if (status == VP8_STATUS_OUT_OF_MEMORY) throw std::bad_alloc();
  const bool cut_short = status == VP8_STATUS_SUSPENDED || status == VP8_STATUS_NOT_ENOUGH_DATA;
  const char* reason = cut_short ? "it ends before its picture does" : nullptr;
  int rows = 0;
  if (WebPIDecGetRGB(decoder.get(), &rows, nullptr, nullptr, nullptr) == nullptr) rows = 0;
  rows = std::clamp(rows, 0, size.height);
  if (rows == 0) refuse_damaged(name, name_of_format, reason);
  if (damage == Damage::refuse) refuse_incomplete(name, name_of_format, reason);
  leave_grey(raster, rows);
  return {std::move(raster), Salvage{.rows = size.height, .missing_rows = size.height - rows, .cut_short = cut_short}};
}

StoredPicture load_as_rgb(std::span<const std::byte> file, const std::string& name, Damage damage, const Warn& warn) {
  StoredPicture picture = load(file, name, damage, warn);
  picture.grey_as_rgb = true;
  return picture;
}

}  // namespace

namespace formats {
extern const PictureFormat webp{name_of_format, extensions, extensions, recognises, size, load_as_rgb, save_webp};
}  // namespace formats

}  // namespace colourize::photo
