#include "engine/photo/formats/jpeg_texts.h"

#include <fmt/core.h>
#include <zlib.h>

#include <algorithm>
#include <optional>
#include <string_view>

#include "engine/photo/formats/jpeg_segments.h"
#include "engine/photo/utf8.h"
#include "system/lists.h"

namespace colourize::photo {
namespace {

using namespace std::string_view_literals;

constexpr std::size_t longest_segment = 65'533;  // its length, with two bytes of its own, has 16 bits

std::string segment(unsigned marker, std::string_view data) {
  const std::size_t length = data.size() + 2;
  return {"\xFF" + std::string{static_cast<char>(marker), static_cast<char>(length >> 8U), static_cast<char>(length)} +
          std::string(data)};
}

// What zlib's format holds; none where it is damaged or longer than a segment may be.
std::optional<std::string> uncompressed(std::string_view packed) {
  std::string text(longest_segment + 1, '\0');
  auto size = static_cast<uLongf>(text.size());
  const int result = uncompress(reinterpret_cast<Bytef*>(text.data()), &size,   // NOLINT: zlib's bytes
                                reinterpret_cast<const Bytef*>(packed.data()),  // NOLINT
                                static_cast<uLong>(packed.size()));
  if (result != Z_OK) return {};
  text.resize(size);
  return text;
}

// The text after the keyword of a chunk of a PNG, in UTF-8; none where the chunk is damaged or too long.
std::optional<std::string> text_of_png(const Text& text, std::size_t keyword_end) {
  std::string_view rest = std::string_view(text.data).substr(keyword_end + 1);
  if (text.kind == Text::Kind::png) return utf8_of_latin1(rest);
  if (text.kind == Text::Kind::png_compressed) {
    if (!rest.starts_with('\0')) return {};  // the only method
    const auto latin1 = uncompressed(rest.substr(1));
    return latin1 ? std::optional(utf8_of_latin1(*latin1)) : std::nullopt;
  }
  constexpr std::size_t flag_and_method = 2;
  if (rest.size() < flag_and_method) return {};
  const bool packed = rest[0] != '\0';
  rest.remove_prefix(flag_and_method);
  for (int i = 0; i < 2; ++i) {  // the language, the translated keyword
    const std::size_t end = rest.find('\0');
    if (end == std::string_view::npos) return {};
    rest.remove_prefix(end + 1);
  }
  return packed ? uncompressed(rest) : std::string(rest);
}

// A PNG's "Comment"; none: `keyword` says what has no place.
std::optional<std::string> comment_of_png(const Text& text, std::string& keyword) {
  const std::size_t end = text.data.find('\0');
  keyword = utf8_of_latin1(std::string_view(text.data).substr(0, end));
  if (keyword != "Comment" || end == std::string::npos) return {};
  return text_of_png(text, end);
}

}  // namespace

std::vector<Text> jpeg_texts(std::span<const std::byte> file, const std::string& name, const Warn& warn) {
  Texts texts;
  for_each_jpeg_segment(file, [&](const JpegSegment& found) {
    if (found.marker == jpeg::comment) texts.add(Text::Kind::jpeg_comment, as_text(found.data));
    return true;
  });
  if (texts.left_out() > 0) {
    warn(fmt::format("{}: {} of its comments are more than is read, and are left out", name, texts.left_out()));
  }
  return texts.take();
}

std::vector<std::byte> with_jpeg_texts(std::vector<std::byte> file, const std::vector<Text>& texts,
                                       const std::string& name, const Warn& warn) {
  constexpr auto xmp_mark = "http://ns.adobe.com/xap/1.0/\0"sv;  // XMP Specification Part 3, 1.1.3
  std::string packets;
  std::string comments;
  std::vector<std::string> left_out;
  for (const Text& text : texts) {
    std::string keyword;
    if (text.kind == Text::Kind::xmp) {
      const std::string data = std::string(xmp_mark) + text.data;
      if (data.size() <= longest_segment) {
        packets += segment(jpeg::app1, data);
      } else {
        left_out.emplace_back("XMP");
      }
      continue;
    }
    const auto comment = text.kind == Text::Kind::jpeg_comment ? text.data : comment_of_png(text, keyword);
    if (comment && comment->size() <= longest_segment) {
      comments += segment(jpeg::comment, *comment);
    } else if (std::ranges::find(left_out, keyword) == left_out.end()) {
      left_out.push_back(keyword);
    }
  }
  if (!left_out.empty()) {
    warn(name + ": JPEG has no place for these texts of the source, which are left out: " + listed(left_out, "and"));
  }
  std::size_t packets_at = 2;
  std::size_t comments_at = 2;
  for_each_jpeg_segment(file, [&](const JpegSegment& found) {
    if (found.marker < jpeg::app0 || found.marker > jpeg::app15) return false;
    comments_at = found.end;
    if (found.marker <= jpeg::app1) packets_at = found.end;
    return true;
  });
  const auto insert = [&](std::size_t at, std::string_view text) {
    const auto bytes = std::as_bytes(std::span(text));
    file.insert(file.begin() + static_cast<std::ptrdiff_t>(at), bytes.begin(), bytes.end());
  };
  insert(comments_at, comments);
  insert(packets_at, packets);
  return file;
}

}  // namespace colourize::photo
