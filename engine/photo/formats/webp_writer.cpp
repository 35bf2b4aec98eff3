#include "engine/photo/formats/webp_writer.h"

#include <fmt/core.h>
#include <webp/encode.h>

#include <memory>
#include <new>
#include <span>

#include "system/error.h"

namespace colourize::photo {
namespace {

constexpr float lossy_quality = 95;
// Of 0 to 9: how long a lossless picture is made smaller. Higher ones take several times as long.
constexpr int lossless_level = 6;

// libwebp's objects, which free what they hold.
struct Picture {
  WebPPicture content{};
  WebPMemoryWriter bytes{};

  Picture() {
    if (WebPPictureInit(&content) == 0) throw std::bad_alloc();
    WebPMemoryWriterInit(&bytes);
    content.writer = WebPMemoryWrite;
    content.custom_ptr = &bytes;
  }
  Picture(const Picture&) = delete;
  Picture& operator=(const Picture&) = delete;
  ~Picture() {
    WebPPictureFree(&content);
    WebPMemoryWriterClear(&bytes);
  }
};

bool compress(const Raster8& raster, bool lossless, Picture& picture) {
  WebPConfig config;
  if (WebPConfigInit(&config) == 0) return false;
  config.quality = lossy_quality;
  if (lossless && WebPConfigLosslessPreset(&config, lossless_level) == 0) return false;
  config.exact = 1;  // colours stay where they cannot be seen, too
  picture.content.use_argb = lossless ? 1 : 0;
  picture.content.width = raster.width;
  picture.content.height = raster.height;
  const auto stride = static_cast<int>(raster.row_samples());
  const bool taken = raster.channels == 4 ? WebPPictureImportRGBA(&picture.content, raster.samples.data(), stride) != 0
                                          : WebPPictureImportRGB(&picture.content, raster.samples.data(), stride) != 0;
  return taken && WebPEncode(&config, &picture.content) != 0;
}

}  // namespace

std::vector<std::byte> save_webp(const Photo& photo, const std::string& name, const EncodeOptions& options,
                                 const Warn& warn) {
  if (photo.width() > WEBP_MAX_DIMENSION || photo.height() > WEBP_MAX_DIMENSION) {
    throw Error(ErrorKind::unsupported, name,
                fmt::format("cannot hold {} x {} pixels: the limit of WebP is {}", photo.width(), photo.height(),
                            WEBP_MAX_DIMENSION),
                "choose an output that ends in .png");
  }
  const Raster8 converted = photo.bits() == 8 ? Raster8() : to_8_bit(photo);
  const Raster8& raster = photo.bits() == 8 ? std::get<Raster8>(photo.pixels) : converted;
  if (photo.bits() == 16) warn(name + ": WebP holds 8 bits per sample; the photo's 16 are rounded");
  if (photo.density) warn(name + ": WebP states no print size; only that in the photo's EXIF stays, if there is one");
  Picture picture;
  if (!compress(raster, options.webp_lossless, picture)) {
    const WebPEncodingError reason = picture.content.error_code;
    if (reason == VP8_ENC_ERROR_OUT_OF_MEMORY || reason == VP8_ENC_ERROR_BITSTREAM_OUT_OF_MEMORY)
      throw std::bad_alloc();
    throw Error(ErrorKind::failed, name,
                fmt::format("could not be encoded: libwebp's error {}", static_cast<int>(reason)));
  }
  const auto bytes = std::as_bytes(std::span(picture.bytes.mem, picture.bytes.size));
  return {bytes.begin(), bytes.end()};
}

}  // namespace colourize::photo
