#include "engine/photo/signature.h"

#include <algorithm>
#include <array>
#include <cctype>
#include <string_view>

#include "system/error.h"

namespace colourize::photo {
namespace {

using namespace std::string_view_literals;

// What a file's first bytes say it is.
struct Signature {
  std::string_view bytes;
  std::size_t at;
  const char* format;  // as a person calls it
  bool readable;
};
constexpr std::array signatures{
    Signature{"\xFF\xD8\xFF"sv, 0, "JPEG", true},
    Signature{"\x89PNG\r\n\x1A\n"sv, 0, "PNG", true},
    Signature{"BM"sv, 0, "BMP", true},
    Signature{"8BPS"sv, 0, "PSD", true},
    Signature{"P5"sv, 0, "PNM", true},
    Signature{"P6"sv, 0, "PNM", true},
    Signature{"P1\n"sv, 0, "PNM picture of a kind that is not read", false},
    Signature{"P2\n"sv, 0, "PNM picture of a kind that is not read", false},
    Signature{"P3\n"sv, 0, "PNM picture of a kind that is not read", false},
    Signature{"P4\n"sv, 0, "PNM picture of a kind that is not read", false},
    Signature{"II*\0"sv, 0, "TIFF picture", false},
    Signature{"MM\0*"sv, 0, "TIFF picture", false},
    Signature{"GIF8"sv, 0, "GIF picture", false},
    Signature{"WEBP"sv, 8, "WebP picture", false},
    Signature{"ftypheic"sv, 4, "HEIC picture", false},
    Signature{"ftypavif"sv, 4, "AVIF picture", false},
    Signature{"\xFF\x0A"sv, 0, "JPEG XL picture", false},
    Signature{"\0\0\0\x0CjP  "sv, 0, "JPEG 2000 picture", false},
    Signature{"%PDF"sv, 0, "PDF document", false},
    Signature{"ftyp"sv, 4, "film", false},
    Signature{"\x1A\x45\xDF\xA3"sv, 0, "film", false},
    Signature{"RIFF"sv, 0, "film or sound file", false},
    Signature{"PK\x03\x04"sv, 0, "zip archive", false},
    Signature{"<!DOCTYPE"sv, 0, "web page", false},
    Signature{"<html"sv, 0, "web page", false},
    Signature{"version https://git-lfs"sv, 0, "Git LFS pointer, not the picture itself", false},
};
constexpr std::array<std::string_view, 11> picture_endings{".jpg", ".jpeg", ".jpe", ".png", ".bmp", ".tga",
                                                           ".psd", ".pnm",  ".pgm", ".ppm", ".jfif"};

constexpr auto readable_formats = "JPEG, PNG, BMP, TGA, PSD and PNM can be read";

bool looks_like_text(std::string_view bytes) {
  return std::ranges::all_of(bytes.substr(0, 512), [](char c) {
    const auto byte = static_cast<unsigned char>(c);
    return byte >= ' ' || byte == '\n' || byte == '\r' || byte == '\t';
  });
}

}  // namespace

std::string lower_ending(const std::filesystem::path& path) {
  std::string ending = path.extension().string();
  std::ranges::transform(ending, ending.begin(), [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
  return ending;
}

std::string recognise(std::span<const std::byte> file, const std::string& name) {
  const std::string_view bytes(reinterpret_cast<const char*>(file.data()),
                               file.size());  // NOLINT: to compare with marks

  for (const Signature& signature : signatures) {
    if (bytes.size() < signature.at || !bytes.substr(signature.at).starts_with(signature.bytes)) continue;
    if (signature.readable) return signature.format;
    throw Error(ErrorKind::unsupported, name, std::string("is a ") + signature.format, readable_formats);
  }
  // A TGA has no mark, but its second byte tells whether it has a colour map: 0 or 1.
  if (lower_ending(name) == ".tga" && bytes.size() > 1 && static_cast<unsigned char>(bytes[1]) <= 1) return "TGA";
  throw Error(ErrorKind::unsupported, name,
              looks_like_text(bytes) ? "is a text file, not a picture" : "is no picture of a known format",
              readable_formats);
}

bool has_picture_ending(const std::filesystem::path& path) {
  return std::ranges::find(picture_endings, lower_ending(path)) != picture_endings.end();
}

}  // namespace colourize::photo
