#include "engine/photo/box_metadata.h"

#include <algorithm>
#include <array>
#include <string_view>

#include "engine/photo/text.h"

namespace colourize::photo {
namespace {

using namespace std::string_view_literals;

constexpr auto exif_id = "JpgTiffExif->JP2"sv;
constexpr auto xmp_id = "\xBE\x7A\xCF\xCB\x97\xA9\x42\xE8\x9C\x71\x99\x94\x91\xE3\xAF\xAC"sv;
constexpr auto iptc_id = "\x33\xC7\xA4\xD2\xB8\x1D\x47\x23\xA0\xBA\xF1\xA3\xE0\x97\xAD\x38"sv;
constexpr std::size_t id_length = 16;

bool is_jpeg_2000(std::span<const std::byte> file) {
  return as_text(file).starts_with("\0\0\0\x0CjP  \r\n\x87\n"sv);
}
bool is_jpeg_xl(std::span<const std::byte> file) {
  return as_text(file).starts_with("\0\0\0\x0CJXL \r\n\x87\n"sv);
}

bool bears(const Box& box, std::string_view id) {
  return box.type == "uuid" && box.whole && as_text(box.content).starts_with(id);
}

std::span<const std::byte> first_with(std::span<const Box> boxes, std::string_view id) {
  constexpr std::size_t most = 64'000'000;
  const auto found = std::ranges::find_if(boxes, [&](const Box& box) { return bears(box, id); });
  if (found == boxes.end() || found->content.size() > most) return {};
  return found->content.subspan(id_length);
}

void append_uuid_box(std::vector<std::byte>& to, std::string_view id, std::span<const std::byte> content) {
  if (content.empty()) return;
  const auto id_bytes = std::as_bytes(std::span(id));
  std::vector<std::byte> whole(id_bytes.begin(), id_bytes.end());
  whole.insert(whole.end(), content.begin(), content.end());
  append_box(to, "uuid", whole);
}

}  // namespace

MetadataBlocks jpeg_2000_metadata(std::span<const Box> boxes) {
  const auto exif = first_with(boxes, exif_id);
  const auto iptc = first_with(boxes, iptc_id);
  return {.exif = {exif.begin(), exif.end()},
          .xmp = std::string(as_text(first_with(boxes, xmp_id))),
          .iptc = {iptc.begin(), iptc.end()}};
}

bool is_jpeg_2000_metadata(const Box& box) {
  return std::ranges::any_of(std::array{exif_id, xmp_id, iptc_id}, [&](auto id) { return bears(box, id); });
}

bool holds_metadata_boxes(std::span<const std::byte> file) {
  return is_jpeg_2000(file) || is_jpeg_xl(file);
}

bool holds_iptc_box(std::span<const std::byte> file) {
  return is_jpeg_2000(file);
}

MetadataBlocks metadata_in_boxes(std::span<const std::byte> file) {
  constexpr std::size_t offset_bytes = 4;  // before EXIF (ISO/IEC 18181-2, 4.6)
  const std::vector<Box> boxes = boxes_in(file);
  if (is_jpeg_2000(file)) return jpeg_2000_metadata(boxes);
  MetadataBlocks blocks;
  for (const Box& box : boxes) {
    if (!box.whole) break;
    if (box.type == "xml " && blocks.xmp.empty()) blocks.xmp = std::string(as_text(box.content));
    if (box.type == "Exif" && blocks.exif.empty() && box.content.size() > offset_bytes) {
      blocks.exif.assign(box.content.begin() + offset_bytes, box.content.end());
    }
  }
  return blocks;
}

void add_metadata_boxes(std::vector<std::byte>& encoded, const MetadataBlocks& blocks) {
  std::vector<std::byte> boxes;
  if (is_jpeg_2000(encoded)) {
    append_uuid_box(boxes, exif_id, blocks.exif);
    append_uuid_box(boxes, iptc_id, blocks.iptc);
    append_uuid_box(boxes, xmp_id, std::as_bytes(std::span(blocks.xmp)));
    return insert_boxes_before(encoded, {"jp2c"}, boxes);
  }
  if (!blocks.exif.empty()) {
    // Four bytes say how far behind them the TIFF structure begins (ISO/IEC 18181-2, 4.6).
    std::vector<std::byte> whole(4);
    whole.insert(whole.end(), blocks.exif.begin(), blocks.exif.end());
    append_box(boxes, "Exif", whole);
  }
  if (!blocks.xmp.empty()) append_box(boxes, "xml ", std::as_bytes(std::span(blocks.xmp)));
  insert_boxes_before(encoded, {"jxlc", "jxlp"}, boxes);
}

}  // namespace colourize::photo
