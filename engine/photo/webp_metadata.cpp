#include "engine/photo/webp_metadata.h"

#include <webp/mux.h>

#include <memory>
#include <new>
#include <stdexcept>
#include <string_view>

namespace colourize::photo {
namespace {

using Mux = std::unique_ptr<WebPMux, decltype(&WebPMuxDelete)>;

void set_chunk(WebPMux* mux, const char* kind, const std::uint8_t* data, std::size_t size) {
  if (size == 0) return;
  constexpr int copy = 1;
  const WebPData chunk{data, size};
  const WebPMuxError problem = WebPMuxSetChunk(mux, kind, &chunk, copy);
  if (problem == WEBP_MUX_MEMORY_ERROR) throw std::bad_alloc();
  if (problem != WEBP_MUX_OK) throw std::runtime_error(std::string("libwebp does not take the chunk ") + kind);
}

}  // namespace

bool is_webp(std::span<const std::byte> file) {
  constexpr std::size_t kind_at = 8;
  const std::string_view bytes(reinterpret_cast<const char*>(file.data()), file.size());  // NOLINT: the same bytes
  return bytes.starts_with("RIFF") && bytes.size() >= kind_at && bytes.substr(kind_at).starts_with("WEBP");
}

std::vector<std::byte> with_webp_metadata(std::span<const std::byte> encoded, Exiv2::Image& described) {
  constexpr int borrow = 0;
  const WebPData file{reinterpret_cast<const std::uint8_t*>(encoded.data()), encoded.size()};  // NOLINT: the same bytes
  const Mux mux(WebPMuxCreate(&file, borrow), &WebPMuxDelete);
  if (mux == nullptr) throw std::runtime_error("libwebp does not read what it has written");
  Exiv2::Blob exif;
  Exiv2::ExifParser::encode(exif, Exiv2::littleEndian, described.exifData());
  std::string xmp;
  if (!described.xmpData().empty()) {
    constexpr auto form = Exiv2::XmpParser::omitPacketWrapper | Exiv2::XmpParser::useCompactFormat;
    Exiv2::XmpParser::encode(xmp, described.xmpData(), form);
  }
#if EXIV2_TEST_VERSION(0, 28, 0)
  const Exiv2::DataBuf& profile = described.iccProfile();
  set_chunk(mux.get(), "ICCP", profile.c_data(), profile.size());
#else
  const Exiv2::DataBuf& profile = *described.iccProfile();
  set_chunk(mux.get(), "ICCP", profile.pData_, static_cast<std::size_t>(profile.size_));
#endif
  set_chunk(mux.get(), "EXIF", exif.data(), exif.size());
  set_chunk(mux.get(), "XMP ", reinterpret_cast<const std::uint8_t*>(xmp.data()), xmp.size());  // NOLINT: its bytes
  WebPData assembled{};
  if (WebPMuxAssemble(mux.get(), &assembled) != WEBP_MUX_OK) throw std::runtime_error("libwebp cannot write them");
  const std::unique_ptr<WebPData, decltype(&WebPDataClear)> owner(&assembled, &WebPDataClear);
  const auto bytes = std::as_bytes(std::span(assembled.bytes, assembled.size));
  return {bytes.begin(), bytes.end()};
}

}  // namespace colourize::photo
