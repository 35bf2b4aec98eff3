#include "engine/photo/formats/png_texts.h"

#include <fmt/core.h>
#include <zlib.h>

#include <algorithm>
#include <array>
#include <optional>
#include <string_view>

#include "engine/photo/formats/png_chunks.h"
#include "engine/photo/utf8.h"

namespace colourize::photo {
namespace {

using namespace std::string_view_literals;

struct TextChunk {
  std::string_view name;
  Text::Kind kind;
};
constexpr std::array chunks{TextChunk{"tEXt", Text::Kind::png}, TextChunk{"zTXt", Text::Kind::png_compressed},
                            TextChunk{"iTXt", Text::Kind::png_international}};

std::uint32_t checksum_of(std::string_view kind_and_data) {
  const auto* bytes = reinterpret_cast<const Bytef*>(kind_and_data.data());  // NOLINT: zlib's bytes
  return static_cast<std::uint32_t>(crc32_z(0, bytes, kind_and_data.size()));
}

constexpr auto xmp_keyword = "XML:com.adobe.xmp"sv;

// Keywords of Exiv2's and ImageMagick's hexadecimal metadata, and XMP's own (XMP Specification Part 3, 1.1.5).
bool is_metadata(std::string_view data) {
  constexpr std::array keywords{xmp_keyword, "Raw profile type exif"sv, "Raw profile type APP1"sv,
                                "Raw profile type iptc"sv, "Raw profile type xmp"sv};
  const std::string_view keyword = data.substr(0, data.find('\0'));
  return std::ranges::find(keywords, keyword) != keywords.end();
}

std::string big_endian(std::uint32_t value) {
  constexpr unsigned bits = 32;
  std::string text;
  for (unsigned shift = bits; shift > 0; shift -= 8) text += static_cast<char>(value >> (shift - 8) & 0xFFU);
  return text;
}

// Length, kind, data, checksum of kind and data (5.3).
std::string chunk(std::string_view kind, std::string_view data) {
  const std::string checked = std::string(kind) + std::string(data);
  return big_endian(static_cast<std::uint32_t>(data.size())) + checked + big_endian(checksum_of(checked));
}

// Keyword, 0, not compressed (two zeros), no language, no translated keyword, each with a zero (11.3.3.4).
std::string international(std::string_view keyword, std::string_view text) {
  return chunk("iTXt", std::string(keyword) + std::string(5, '\0') + std::string(text));
}

// None where the comment has zeros, which no text may have (11.3.3.2).
std::optional<std::string> comment_chunk(std::string_view comment) {
  while (comment.ends_with('\0')) comment.remove_suffix(1);
  if (comment.find('\0') != std::string_view::npos) return {};
  if (!is_ascii(comment) && is_utf8(comment)) return international("Comment", comment);
  return chunk("tEXt", "Comment" + std::string(1, '\0') + std::string(comment));
}

}  // namespace

std::vector<Text> png_texts(std::span<const std::byte> file, const std::string& name, const Warn& warn) {
  Texts texts;
  for_each_png_chunk(file, [&](const PngChunk& found) {
    const auto* entry = std::ranges::find(chunks, found.kind, &TextChunk::name);
    if (entry == chunks.end() || is_metadata(as_text(found.data))) return true;
    const std::string_view checked{found.kind.data(), found.kind.size() + found.data.size()};
    if (checksum_of(checked) == found.checksum) texts.add(entry->kind, as_text(found.data));
    return true;
  });
  if (texts.left_out() > 0) {
    warn(fmt::format("{}: {} of its texts are more than is read, and are left out", name, texts.left_out()));
  }
  return texts.take();
}

std::vector<std::byte> with_png_texts(std::vector<std::byte> png, const std::vector<Text>& texts,
                                      const std::string& name, const Warn& warn) {
  std::string added;
  for (const Text& text : texts) {
    const auto* entry = std::ranges::find(chunks, text.kind, &TextChunk::kind);
    if (entry != chunks.end()) {
      added += chunk(entry->name, text.data);
    } else if (text.kind == Text::Kind::xmp) {
      added += international(xmp_keyword, text.data);
    } else if (const auto comment = comment_chunk(text.data)) {
      added += *comment;
    } else {
      warn(name + ": the comment of the JPEG is no text that PNG could hold, and is left out");
    }
  }
  std::size_t pixels_at = png.size();
  for_each_png_chunk(png, [&](const PngChunk& found) {
    if (found.kind != "IDAT") return true;
    pixels_at = found.place;
    return false;
  });
  const auto bytes = std::as_bytes(std::span(added));
  png.insert(png.begin() + static_cast<std::ptrdiff_t>(pixels_at), bytes.begin(), bytes.end());
  return png;
}

}  // namespace colourize::photo
