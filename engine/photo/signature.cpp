#include "engine/photo/signature.h"

#include <algorithm>
#include <array>
#include <cctype>
#include <string_view>

namespace colourize::photo {
namespace {

using namespace std::string_view_literals;

// What a file's first bytes say it is.
struct Signature {
  std::string_view bytes;
  std::size_t at;
  const char* name;  // as a person calls it
};
constexpr std::array signatures{
    Signature{"P1\n"sv, 0, "text or bilevel PNM picture (of PNM, P5 and P6 are read)"},
    Signature{"P2\n"sv, 0, "text or bilevel PNM picture (of PNM, P5 and P6 are read)"},
    Signature{"P3\n"sv, 0, "text or bilevel PNM picture (of PNM, P5 and P6 are read)"},
    Signature{"P4\n"sv, 0, "text or bilevel PNM picture (of PNM, P5 and P6 are read)"},
    Signature{"II*\0"sv, 0, "TIFF picture"},
    Signature{"MM\0*"sv, 0, "TIFF picture"},
    Signature{"GIF8"sv, 0, "GIF picture"},
    Signature{"WEBP"sv, 8, "WebP picture"},
    Signature{"ftyphei"sv, 4, "HEIC picture"},
    Signature{"ftyphev"sv, 4, "HEIC picture"},
    Signature{"ftypmif1"sv, 4, "HEIF picture"},
    Signature{"ftypmsf1"sv, 4, "HEIF picture"},
    Signature{"ftypavi"sv, 4, "AVIF picture"},
    Signature{"ftypcrx "sv, 4, "raw picture of a camera"},
    Signature{"\xFF\x0A"sv, 0, "JPEG XL picture"},
    Signature{"\0\0\0\x0CjP  "sv, 0, "JPEG 2000 picture"},
    Signature{"%PDF"sv, 0, "PDF document"},
    Signature{"ftyp"sv, 4, "film"},
    Signature{"\x1A\x45\xDF\xA3"sv, 0, "film"},
    Signature{"RIFF"sv, 0, "film or sound file"},
    Signature{"PK\x03\x04"sv, 0, "zip archive"},
    Signature{"<!DOCTYPE"sv, 0, "web page"},
    Signature{"<html"sv, 0, "web page"},
    Signature{"version https://git-lfs"sv, 0, "Git LFS pointer, not the picture itself"},
};
bool looks_like_text(std::string_view bytes) {
  return std::ranges::all_of(bytes.substr(0, 512), [](char c) {
    const auto byte = static_cast<unsigned char>(c);
    return byte >= ' ' || byte == '\n' || byte == '\r' || byte == '\t';
  });
}

}  // namespace

std::string lower_extension(const std::filesystem::path& path) {
  std::string extension = path.extension().string();
  std::ranges::transform(extension, extension.begin(),
                         [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
  return extension;
}

std::string what_else_it_is(std::span<const std::byte> file) {
  const std::string_view bytes(reinterpret_cast<const char*>(file.data()),
                               file.size());  // NOLINT: to compare with marks
  for (const Signature& signature : signatures) {
    if (bytes.size() >= signature.at && bytes.substr(signature.at).starts_with(signature.bytes)) {
      return std::string("is a ") + signature.name;
    }
  }
  return looks_like_text(bytes) ? "is a text file, not a picture" : "is not a picture of a known format";
}

}  // namespace colourize::photo
