#include "engine/photo/signature.h"

#include <algorithm>
#include <array>
#include <cctype>
#include <string_view>

#include "engine/photo/unread.h"

namespace colourize::photo {
namespace {

using namespace std::string_view_literals;

// What a file's first bytes say it is.
struct Signature {
  std::string_view bytes;
  std::size_t at;
  const char* name;  // as a person calls it
};
constexpr auto film = "film";
constexpr std::array signatures{
    Signature{"II*\0"sv, 0, "TIFF picture"},
    Signature{"MM\0*"sv, 0, "TIFF picture"},
    Signature{"GIF8"sv, 0, "GIF picture"},
    Signature{"WEBP"sv, 8, "WebP picture"},
    Signature{"ftyphei"sv, 4, "HEIC picture"},
    Signature{"ftyphev"sv, 4, "HEIC picture"},
    Signature{"ftypmif1"sv, 4, "HEIF picture"},
    Signature{"ftypmsf1"sv, 4, "HEIF picture"},
    Signature{"ftypavi"sv, 4, "AVIF picture"},
    Signature{"\xFF\x0A"sv, 0, "JPEG XL picture"},
    Signature{"\0\0\0\x0CjP  "sv, 0, "JPEG 2000 picture"},
    Signature{"%PDF"sv, 0, "PDF document"},
    Signature{"ftyp"sv, 4, film},
    Signature{"\x1A\x45\xDF\xA3"sv, 0, film},
    Signature{"RIFF"sv, 0, "film or sound file"},
    Signature{"PK\x03\x04"sv, 0, "zip archive"},
    Signature{"<!DOCTYPE"sv, 0, "web page"},
    Signature{"<html"sv, 0, "web page"},
    Signature{"version https://git-lfs"sv, 0, "Git LFS pointer, not the picture itself"},
};
// Raw files that begin with a mark of their own: Canon's CR3, CR2 (in a TIFF) and CRW, Fujifilm's RAF, Panasonic's RW2,
// Olympus' ORF, Sigma's X3F, Minolta's MRW.
constexpr std::array raw_marks{
    Signature{"ftypcrx "sv, 4, ""}, Signature{"CR\x02"sv, 8, ""},
    Signature{"HEAPCCDR"sv, 6, ""}, Signature{"FUJIFILMCCD-RAW"sv, 0, ""},
    Signature{"IIU\0"sv, 0, ""},    Signature{"IIRO"sv, 0, ""},
    Signature{"IIRS"sv, 0, ""},     Signature{"MMOR"sv, 0, ""},
    Signature{"FOVb"sv, 0, ""},     Signature{"\0MRM"sv, 0, ""},
};

bool bears(std::string_view bytes, const Signature& signature) {
  return bytes.size() >= signature.at && bytes.substr(signature.at).starts_with(signature.bytes);
}

std::string_view text_of(std::span<const std::byte> file) {
  return {reinterpret_cast<const char*>(file.data()), file.size()};  // NOLINT: to compare with marks
}

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

bool is_camera_raw(std::span<const std::byte> file, std::string_view extension) {
  const std::string_view bytes = text_of(file);
  if (std::ranges::any_of(raw_marks, [&](const Signature& mark) { return bears(bytes, mark); })) return true;
  // Most other cameras' raw files are TIFFs, whose first picture is a small preview.
  const bool is_tiff = bytes.starts_with("II*\0"sv) || bytes.starts_with("MM\0*"sv);
  return is_tiff && unread_picture_kind("a" + std::string(extension)) == "RAW";
}

OtherFile what_else_it_is(std::span<const std::byte> file, std::string_view extension) {
  if (is_camera_raw(file, extension)) {
    return {"is a camera's raw file", "develop it first, into a TIFF, PNG or JPEG"};
  }
  const std::string_view bytes = text_of(file);
  for (const Signature& signature : signatures) {
    if (!bears(bytes, signature)) continue;
    const std::string remedy = signature.name == film ? "give it a film's extension, such as .mp4 or .mkv" : "";
    return {std::string("is a ") + signature.name, remedy};
  }
  return {looks_like_text(bytes) ? "is a text file, not a picture" : "is not a picture of a known format", {}};
}

}  // namespace colourize::photo
