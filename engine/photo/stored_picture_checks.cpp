#include "engine/photo/stored_picture.h"

// The checks of files before stb_image sees them.
#include <algorithm>
#include <optional>

namespace colourize::photo {
namespace {

constexpr unsigned marker_prefix = 0xFF;
constexpr unsigned define_huffman_tables = 0xC4;
constexpr unsigned start_of_scan = 0xDA;

// Bytes that read as 0 behind the end, as they do in stb_image.
class Reader {
 public:
  explicit Reader(std::span<const std::byte> bytes) : bytes_(bytes) {}

  std::size_t size() const { return bytes_.size(); }
  unsigned at(std::size_t place) const { return place < size() ? std::to_integer<unsigned>(bytes_[place]) : 0; }
  unsigned pair_at(std::size_t place) const { return at(place) << 8U | at(place + 1); }

 private:
  std::span<const std::byte> bytes_;
};

// The tables of one segment; `place` is that of its length.
bool tables_are_sound(const Reader& jpeg, std::size_t place) {
  constexpr unsigned most_codes = 256;
  constexpr std::size_t lengths = 16;
  const std::size_t end = place + jpeg.pair_at(place);
  place += 2;
  while (place < end && place < jpeg.size()) {
    unsigned codes = 0;
    for (std::size_t i = 1; i <= lengths; ++i) codes += jpeg.at(place + i);
    if (codes > most_codes) return false;
    place += 1 + lengths + codes;
  }
  return true;
}

// The place behind the next marker and any padding before it, as stb_image finds it; nothing at the end.
std::optional<std::size_t> behind_marker(const Reader& jpeg, std::size_t place) {
  while (place < jpeg.size() && jpeg.at(place) != marker_prefix) ++place;
  while (place < jpeg.size() && jpeg.at(place) == marker_prefix) ++place;
  return place < jpeg.size() ? std::optional(place + 1) : std::nullopt;
}

}  // namespace

bool has_sound_huffman_tables(std::span<const std::byte> bytes) {
  const Reader jpeg(bytes);
  std::size_t place = 2;  // behind the start of the image
  // Segment by segment up to the first scan.
  for (;;) {
    const auto next = behind_marker(jpeg, place);
    if (!next) return true;
    place = *next;
    const unsigned marker = jpeg.at(place - 1);
    if (marker == start_of_scan) break;
    if (marker == define_huffman_tables && !tables_are_sound(jpeg, place)) return false;
    place += std::max(jpeg.pair_at(place), 2U);
  }
  // Where a scan's data ends is for the decoder to find; but within sound data no such pair of bytes occurs.
  for (; place < jpeg.size(); ++place) {
    const bool tables = jpeg.at(place - 1) == marker_prefix && jpeg.at(place) == define_huffman_tables;
    if (tables && !tables_are_sound(jpeg, place + 1)) return false;
  }
  return true;
}

bool has_sound_png_chunks(std::span<const std::byte> bytes) {
  constexpr std::size_t signature = 8;
  constexpr std::size_t around_data = 12;  // length and type before, checksum behind
  constexpr unsigned last_chunk = 'I' << 24U | 'E' << 16U | 'N' << 8U | 'D';
  const Reader png(bytes);
  for (std::size_t place = signature; place + around_data <= png.size();) {
    const std::size_t length = std::size_t{png.pair_at(place)} << 16U | png.pair_at(place + 2);
    const unsigned type = png.pair_at(place + 4) << 16U | png.pair_at(place + 6);
    if (type == last_chunk) return true;
    if (length > png.size() - place - around_data) return false;
    place += around_data + length;
  }
  return false;
}

}  // namespace colourize::photo
