// Whole numbers as picture files store them.
#pragma once

#include <bit>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>

namespace colourize::photo {

// The unsigned number of 1 to 4 bytes at byte `at` of the file; none where the file ends before the number does.
inline std::optional<std::uint32_t> stored_number(std::span<const std::byte> file, std::size_t at, std::size_t bytes,
                                                  std::endian order) {
  if (at > file.size() || file.size() - at < bytes) return {};
  std::uint32_t value = 0;
  for (std::size_t i = 0; i < bytes; ++i) {
    const std::byte byte = file[at + (order == std::endian::big ? i : bytes - 1 - i)];
    value = value << 8U | std::to_integer<std::uint32_t>(byte);
  }
  return value;
}

inline std::optional<std::uint32_t> big_endian(std::span<const std::byte> file, std::size_t at, std::size_t bytes) {
  return stored_number(file, at, bytes, std::endian::big);
}
inline std::optional<std::uint32_t> little_endian(std::span<const std::byte> file, std::size_t at, std::size_t bytes) {
  return stored_number(file, at, bytes, std::endian::little);
}

}  // namespace colourize::photo
