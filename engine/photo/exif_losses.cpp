#include "engine/photo/exif_losses.h"

#include <fmt/core.h>

#include <algorithm>
#include <array>
#include <functional>
#include <string_view>
#include <vector>

#include "system/lists.h"

namespace colourize::photo {
namespace {

constexpr auto note_key = "Exif.Photo.MakerNote";

bool is_of_maker(const Exiv2::Exifdatum& datum) {
  return datum.key() == note_key || Exiv2::ExifTags::isMakerGroup(datum.groupName());
}

// Fields of TIFF 6.0 that say how the source's file stores its samples, or hold what has a place of its own in JPEG and
// PNG. JPEG's EXIF is not to have them (Exif 2.32, 4.6.8), and Exiv2 writes none.
constexpr std::array storage{"NewSubfileType",
                             "SubfileType",
                             "ImageWidth",
                             "ImageLength",
                             "BitsPerSample",
                             "Compression",
                             "FillOrder",
                             "StripOffsets",
                             "SamplesPerPixel",
                             "PhotometricInterpretation",
                             "RowsPerStrip",
                             "StripByteCounts",
                             "Predictor",
                             "TileWidth",
                             "PlanarConfiguration",
                             "TileLength",
                             "TileOffsets",
                             "SubIFDs",
                             "TileByteCounts",
                             "JPEGTables",
                             "JPEGProc",
                             "XMLPacket",
                             "IPTCNAA",
                             "ImageResources",
                             "InterColorProfile",
                             "YCbCrSubSampling",
                             "JPEGInterchangeFormat",
                             "JPEGInterchangeFormatLength"};

// The preview's own fields, what Exiv2 makes of other fields, and `storage`.
bool may_go(const Exiv2::Exifdatum& datum) {
  const std::string group = datum.groupName();
  if (group == "Image") return std::ranges::find(storage, datum.tagName()) != storage.end();
  return group == "Thumbnail" || group == "MakerNote";
}

std::vector<std::byte> bytes_of(const Exiv2::Exifdatum& datum) {
  std::vector<std::byte> bytes(static_cast<std::size_t>(datum.size()));
  datum.copy(reinterpret_cast<Exiv2::byte*>(bytes.data()), Exiv2::littleEndian);  // NOLINT: bytes have no order
  return bytes;
}

}  // namespace

bool has_unknown_maker_note(const Exiv2::ExifData& exif) {
  return exif.findKey(Exiv2::ExifKey(note_key)) != exif.end() &&
         std::none_of(exif.begin(), exif.end(),
                      [](const auto& datum) { return Exiv2::ExifTags::isMakerGroup(datum.groupName()); });
}

std::optional<std::size_t> maker_note_place(const Exiv2::ExifData& exif, std::span<const std::byte> file) {
  if (!has_unknown_maker_note(exif)) return {};
  const std::vector<std::byte> note = bytes_of(*exif.findKey(Exiv2::ExifKey(note_key)));
  if (note.empty()) return {};
  // A searcher whose time does not grow with the product of both lengths, whatever they hold.
  const auto found = std::search(file.begin(), file.end(), std::boyer_moore_searcher(note.begin(), note.end()));
  if (found == file.end()) return {};
  // TIFF 6.0, section 2: the byte order, and 42.
  constexpr std::array heads{std::string_view("II*\0", 4), std::string_view("MM\0*", 4)};
  std::optional<std::size_t> nearest;
  for (const std::string_view text : heads) {
    const auto head = std::as_bytes(std::span(text));
    const auto place = std::find_end(file.begin(), found, head.begin(), head.end());
    if (place == found) continue;
    const auto distance = static_cast<std::size_t>(found - place);
    if (!nearest || distance < *nearest) nearest = distance;
  }
  return nearest;
}

std::string exif_losses(const Exiv2::ExifData& before, const Exiv2::ExifData& after) {
  constexpr std::size_t most_names = 5;
  bool maker = false;
  std::vector<std::string> names;
  std::size_t count = 0;
  for (const Exiv2::Exifdatum& datum : before) {
    if (may_go(datum) || after.findKey(Exiv2::ExifKey(datum.key())) != after.end()) continue;
    if (is_of_maker(datum)) {
      maker = true;
    } else if (++count <= most_names) {
      names.push_back(datum.key());
    }
  }
  if (count > most_names) names.push_back(fmt::format("{} more", count - most_names));
  if (maker) names.insert(names.begin(), "some maker notes");
  if (names.empty()) return {};
  return "of its EXIF, " + listed(names, "and") + " could not be carried over";
}

}  // namespace colourize::photo
