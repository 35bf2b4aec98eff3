#include "engine/photo/exiv2_blocks.h"

#include <cstdint>

#include "engine/photo/tiff_metadata.h"

namespace colourize::photo {
namespace {

std::span<const std::byte> bytes_of(const Exiv2::Blob& blob) {
  return std::as_bytes(std::span(blob));
}

}  // namespace

MetadataBlocks blocks_of(const Exiv2::ExifData& exif, const Exiv2::IptcData& iptc, const Exiv2::XmpData& xmp) {
  MetadataBlocks blocks;
  Exiv2::Blob encoded;
  if (!exif.empty()) Exiv2::ExifParser::encode(encoded, Exiv2::littleEndian, exif);
  blocks.exif.assign(bytes_of(encoded).begin(), bytes_of(encoded).end());
  if (!xmp.empty()) {
    constexpr auto form = Exiv2::XmpParser::omitPacketWrapper | Exiv2::XmpParser::useCompactFormat;
    Exiv2::XmpParser::encode(blocks.xmp, xmp, form);
  }
  if (!iptc.empty()) {
#if EXIV2_TEST_VERSION(0, 28, 0)
    const Exiv2::DataBuf data = Exiv2::IptcParser::encode(iptc);
    const std::span<const Exiv2::byte> sets(data.c_data(), data.size());
#else
    const Exiv2::DataBuf data = Exiv2::IptcParser::encode(iptc);
    const std::span<const Exiv2::byte> sets(data.pData_, static_cast<std::size_t>(data.size_));
#endif
    const auto bytes = std::as_bytes(sets);
    blocks.iptc.assign(bytes.begin(), bytes.end());
  }
  return blocks;
}

std::span<const std::byte> tiff_in_exif(std::span<const std::byte> exif) {
  constexpr std::size_t mark = 6;  // "Exif" and two zeros
  if (!is_tiff(exif) && exif.size() > mark && is_tiff(exif.subspan(mark))) return exif.subspan(mark);
  return exif;
}

Exiv2::ExifData exif_of_block(std::span<const std::byte> block, Exiv2::ByteOrder& order) {
  Exiv2::ExifData exif;
  const auto tiff = tiff_in_exif(block);
  const auto* data = reinterpret_cast<const Exiv2::byte*>(tiff.data());  // NOLINT: the same bytes by another name
  order = Exiv2::ExifParser::decode(exif, data, static_cast<std::uint32_t>(tiff.size()));
  return exif;
}

}  // namespace colourize::photo
