// Chunks for PNGs that tests make of others.
#pragma once

#include <zlib.h>

#include <cstdint>
#include <string>

namespace colourize::tests {

inline std::string big_endian_32(std::uint32_t value) {
  std::string text;
  for (unsigned shift = 32; shift > 0; shift -= 8) text += static_cast<char>(value >> (shift - 8) & 0xFFU);
  return text;
}

// Length, kind, data, CRC-32 of kind and data (PNG, 5.3).
inline std::string png_chunk(const std::string& kind, const std::string& data) {
  const std::string checked = kind + data;
  const auto* bytes = reinterpret_cast<const Bytef*>(checked.data());  // NOLINT: zlib's bytes
  const auto checksum = static_cast<std::uint32_t>(crc32_z(0, bytes, checked.size()));
  return big_endian_32(static_cast<std::uint32_t>(data.size())) + checked + big_endian_32(checksum);
}

// The file with these chunks after its header, which with the mark takes 33 bytes (PNG, 11.2.1).
inline std::string with_png_chunks(std::string file, const std::string& chunks) {
  constexpr std::size_t header_end = 33;
  return file.insert(header_end, chunks);
}

// A grey PNG of 8 or 16 bits a sample, one row: for each sample a filter byte's row is enough, stored by zlib.
inline std::string grey_png(const std::string& row, int bits) {
  const auto width = static_cast<std::uint32_t>(row.size() / (static_cast<std::size_t>(bits) / 8));
  const std::string raw = std::string(1, '\0') + row;
  std::string packed(compressBound(static_cast<uLong>(raw.size())), '\0');
  auto size = static_cast<uLongf>(packed.size());
  compress(reinterpret_cast<Bytef*>(packed.data()), &size, reinterpret_cast<const Bytef*>(raw.data()),  // NOLINT
           static_cast<uLong>(raw.size()));
  packed.resize(size);
  return "\x89PNG\r\n\x1A\n" +
         png_chunk("IHDR", big_endian_32(width) + big_endian_32(1) + static_cast<char>(bits) + std::string(4, '\0')) +
         png_chunk("IDAT", packed) + png_chunk("IEND", "");
}

}  // namespace colourize::tests
