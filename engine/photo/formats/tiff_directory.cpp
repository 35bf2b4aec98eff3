#include "engine/photo/formats/tiff_directory.h"

#include <array>
#include <span>
#include <utility>

#include "engine/photo/formats/stored_number.h"
#include "engine/photo/formats/tiff_pages.h"
#include "system/error.h"

namespace colourize::photo {
namespace {

enum Tag : std::uint32_t {
  image_width = 256,
  image_length = 257,
  strip_offsets = 273,
  rows_per_strip = 278,
  strip_byte_counts = 279
};

void put(std::vector<std::byte>& bytes, std::size_t at, std::uint32_t value) {
  for (std::size_t i = 0; i < sizeof(value); ++i) bytes[at + i] = static_cast<std::byte>(value >> (8 * i) & 0xFFU);
}

// The place of a tag's entry in the directory at this place of the page.
std::size_t entry_of(std::span<const std::byte> page, std::size_t directory, Tag tag, const std::string& name) {
  constexpr std::size_t entry_bytes = 12;
  const std::size_t count = little_endian(page, directory, 2).value_or(0);
  for (std::size_t i = 0; i < count; ++i) {
    const std::size_t at = directory + 2 + i * entry_bytes;
    if (little_endian(page, at, 2) == tag && at + entry_bytes <= page.size()) return at;
  }
  throw Error(ErrorKind::failed, name, "could not be encoded: its directory lacks a tag");
}

// Gives a tag these numbers, of four bytes each. `place`: of the page in the file.
void set_numbers(std::vector<std::byte>& page, std::size_t entry, std::span<const std::uint32_t> numbers,
                 std::uint64_t place) {
  constexpr std::uint32_t four_bytes = 4;
  page[entry + 2] = static_cast<std::byte>(four_bytes);
  page[entry + 3] = std::byte{0};
  put(page, entry + 4, static_cast<std::uint32_t>(numbers.size()));
  std::size_t at = entry + 8;
  if (numbers.size() > 1) {
    at = (page.size() + 1) / 2 * 2;
    put(page, entry + 8, static_cast<std::uint32_t>(at + place));
    page.resize(at + numbers.size() * sizeof(std::uint32_t));
  }
  for (std::size_t i = 0; i < numbers.size(); ++i) put(page, at + i * sizeof(std::uint32_t), numbers[i]);
}

}  // namespace

void append_directory(std::vector<std::byte> described, const TiffStrips& strips, std::uint64_t size,
                      const std::string& name, ByteSink& to) {
  constexpr std::uint64_t place_of_directory = 4;  // in the header
  const std::uint64_t place = size + size % 2;
  PlacedPage placed = place_tiff_page(std::move(described), place, name);
  std::vector<std::byte>& page = placed.bytes;
  const auto set = [&](Tag tag, std::span<const std::uint32_t> numbers) {
    set_numbers(page, entry_of(page, placed.directory - place, tag, name), numbers, place);
  };
  set(image_width, std::array{static_cast<std::uint32_t>(strips.width)});
  set(image_length, std::array{static_cast<std::uint32_t>(strips.height)});
  set(rows_per_strip, std::array{strips.rows});
  set(strip_offsets, strips.offsets);
  set(strip_byte_counts, strips.bytes);
  if (size % 2 != 0) to.write(std::array{std::byte{0}});
  to.write(page);
  std::vector<std::byte> directory(4);
  put(directory, 0, static_cast<std::uint32_t>(placed.directory));
  to.rewrite(place_of_directory, directory);
}

}  // namespace colourize::photo
