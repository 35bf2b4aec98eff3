#include "engine/photo/formats/tiff_pages.h"

#include <algorithm>
#include <bit>

#include "engine/photo/formats/format.h"
#include "engine/photo/formats/stored_number.h"
#include "engine/photo/formats/tiff_layout.h"
#include "system/error.h"

namespace colourize::photo {
namespace {

constexpr auto name_of_format = "TIFF";

std::endian order_of(std::span<const std::byte> file) {
  return !file.empty() && file[0] == std::byte{'M'} ? std::endian::big : std::endian::little;
}

// Writes a number of so many bytes over those at this place, which are there.
void put_number(std::span<std::byte> file, std::size_t at, std::size_t bytes, std::endian order, std::uint64_t value) {
  for (std::size_t i = 0; i < bytes; ++i) {
    const std::size_t shift = 8 * (order == std::endian::little ? i : bytes - 1 - i);
    file[at + i] = static_cast<std::byte>(value >> shift & 0xFFU);
  }
}

// Moves all that a page of a classic, little-endian TIFF states in offsets from the file's beginning.
class Relocation {
 public:
  Relocation(std::vector<std::byte>& page, std::uint64_t place, const std::string& name)
      : page_(page), place_(place), name_(name) {}

  // Returns the place in the page of the link to the next directory.
  std::size_t relocate_directory(std::size_t directory, int depth) {
    constexpr std::size_t entry_bytes = 12;
    constexpr int deepest = 3;  // Exif's directory, and its own one for interoperability
    const std::size_t entries = number(directory, 2);
    if (depth > deepest) fail();
    for (std::size_t i = 0; i < entries; ++i) relocate_entry(directory + 2 + i * entry_bytes, depth);
    const std::size_t link = directory + 2 + entries * entry_bytes;
    number(link, 4);
    return link;
  }

 private:
  enum Tag : std::uint32_t {
    strip_offsets = 273,
    tile_offsets = 324,
    sub_directories = 330,
    exif = 34665,
    gps = 34853,
    interoperability = 40965
  };
  enum Type : std::uint32_t { words = 3, doubles = 4, directories = 13 };

  [[noreturn]] void fail() const { throw Error(ErrorKind::failed, name_, "could not be put together from its pages"); }

  std::size_t number(std::size_t at, std::size_t bytes) const {
    const auto value = little_endian(page_, at, bytes);
    if (!value) fail();
    return *value;
  }

  static std::size_t size_of(std::uint32_t type) {
    constexpr std::size_t sizes[]{0, 1, 1, 2, 4, 8, 1, 1, 2, 4, 8, 4, 8, 4};
    return type < std::size(sizes) ? sizes[type] : 0;
  }

  void add_place(std::size_t at) { put_number(page_, at, 4, std::endian::little, number(at, 4) + place_); }

  void relocate_entry(std::size_t entry, int depth) {
    constexpr std::size_t value_bytes = 4;
    const auto tag = static_cast<std::uint32_t>(number(entry, 2));
    const auto type = static_cast<std::uint32_t>(number(entry + 2, 2));
    const std::size_t count = number(entry + 4, 4);
    const std::size_t value = entry + 8;
    number(value, 4);
    if (size_of(type) == 0 || count > page_.size()) fail();
    const bool outside = count * size_of(type) > value_bytes;
    const std::size_t data = outside ? number(value, 4) : value;
    if (data > page_.size() || page_.size() - data < count * size_of(type)) fail();
    if (tag == exif || tag == gps || tag == interoperability) {
      if (outside || (type != doubles && type != directories)) fail();
      relocate_directory(number(value, 4), depth + 1);
      add_place(value);
      return;
    }
    if (tag == sub_directories) fail();
    if (tag == strip_offsets || tag == tile_offsets) return relocate_offsets(entry, type, count, data);
    if (outside) add_place(value);
  }

  // Small offsets may be stored in two bytes, which is too little for a larger file: they are stored again, in four.
  void relocate_offsets(std::size_t entry, std::uint32_t type, std::size_t count, std::size_t data) {
    if (type != words && type != doubles) fail();
    std::vector<std::size_t> offsets;
    for (std::size_t i = 0; i < count; ++i) offsets.push_back(number(data + i * size_of(type), size_of(type)) + place_);
    std::size_t to = count == 1 ? entry + 8 : data;
    if (type == words && count > 1) {
      page_.resize((page_.size() + 1) / 2 * 2);
      to = page_.size();
      page_.resize(to + 4 * count);
    }
    for (std::size_t i = 0; i < count; ++i) put_number(page_, to + 4 * i, 4, std::endian::little, offsets[i]);
    put_number(page_, entry + 2, 2, std::endian::little, doubles);
    if (count > 1) put_number(page_, entry + 8, 4, std::endian::little, to + place_);
  }

  std::vector<std::byte>& page_;
  std::uint64_t place_;
  const std::string& name_;
};

}  // namespace

int count_tiff_pages(std::span<const std::byte> file) {
  return find_tiff_pages(TiffSource(file));
}

std::vector<std::byte> tiff_page(std::span<const std::byte> file, int page, const std::string& name) {
  const TiffSource source(file);
  const bool there = page < find_tiff_pages(source, page);
  const std::uint64_t directory = there ? TIFFCurrentDirOffset(source.handle()) : 0;
  std::vector<std::byte> copy(file.begin(), file.end());
  const std::endian order = order_of(file);
  // A BigTIFF has 8 bytes where a classic one has 2 or 4, and 20 for an entry.
  const bool big = stored_number(file, 2, 2, order) == 43;
  const std::size_t header = big ? 8 : 4;
  const std::size_t number = big ? 8 : 4;
  const std::size_t count_bytes = big ? 8 : 2;
  const auto entries = stored_number(file, directory + (big && order == std::endian::big ? 4 : 0), big ? 4 : 2, order);
  const std::size_t link = directory + count_bytes + std::size_t{entries.value_or(0)} * (big ? 20 : 12);
  if (!there || !entries || header + number > copy.size() || link > copy.size() || copy.size() - link < number) {
    refuse_damaged(name, name_of_format, "it has no such page");
  }
  put_number(copy, header, number, order, directory);
  put_number(copy, link, number, order, 0);
  return copy;
}

PlacedPage place_tiff_page(std::vector<std::byte> page, std::uint64_t place, const std::string& name) {
  constexpr std::uint32_t classic = 42;
  constexpr std::uint64_t most_bytes = 4'000'000'000;
  const bool fits = little_endian(page, 0, 2) == 0x4949U && little_endian(page, 2, 2) == classic;
  if (!fits || place + page.size() > most_bytes) {
    throw Error(ErrorKind::unsupported, name, "would reach 4 GB, more than a TIFF of several pages holds",
                "choose a stronger compression, or colour the pages apart");
  }
  Relocation relocation(page, place, name);
  const std::size_t directory = little_endian(page, 4, 4).value_or(0);
  const std::size_t link = relocation.relocate_directory(directory, 0);
  return {std::move(page), directory + place, link + place};
}

}  // namespace colourize::photo
