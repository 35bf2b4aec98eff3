#include "engine/photo/decode.h"

#define STBI_NO_STDIO
#include <stb_image.h>

#include <algorithm>
#include <array>
#include <cctype>
#include <climits>
#include <memory>
#include <string_view>

#include "system/error.h"
#include "system/mapped_file.h"

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

std::string lower_ending(const std::filesystem::path& path) {
  std::string ending = path.extension().string();
  std::ranges::transform(ending, ending.begin(), [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
  return ending;
}

bool looks_like_text(std::string_view bytes) {
  return std::ranges::all_of(bytes.substr(0, 512), [](char c) {
    const auto byte = static_cast<unsigned char>(c);
    return byte >= ' ' || byte == '\n' || byte == '\r' || byte == '\t';
  });
}

// The name of the format, for messages; throws when it is none that can be read.
std::string recognise(std::string_view bytes, const std::string& name) {
  for (const Signature& signature : signatures) {
    if (bytes.size() < signature.at || !bytes.substr(signature.at).starts_with(signature.bytes)) continue;
    if (signature.readable) return signature.format;
    throw Error(name, std::string("is a ") + signature.format, readable_formats);
  }
  if (lower_ending(name) == ".tga") return "TGA";
  throw Error(name, looks_like_text(bytes) ? "is a text file, not a picture" : "is no picture of a known format",
              readable_formats);
}

struct Facts {
  int width = 0;
  int height = 0;
  int channels = 0;  // 3 or 4
  bool deep = false;
};

// Decoded samples in stb_image's memory.
template <typename Sample>
using Decoded = std::unique_ptr<Sample, decltype(&stbi_image_free)>;

// Where a sample of the upright picture stands in the stored one, by EXIF's orientation (Exif 2.32, tag 0x0112): what
// the stored picture's 0th row and column are, seen upright.
struct Orientation {
  bool transposed;  // rows are columns
  bool from_right;  // of the stored picture's x, after transposing
  bool from_bottom;
};
constexpr std::array<Orientation, 9> orientations{{{false, false, false},
                                                   {false, false, false},
                                                   {false, true, false},
                                                   {false, true, true},
                                                   {false, false, true},
                                                   {true, false, false},
                                                   {true, false, true},
                                                   {true, true, true},
                                                   {true, true, false}}};

template <typename Sample>
Raster<Sample> upright(const Sample* stored, const Facts& facts, int orientation) {
  const Orientation& turn = orientations.at(static_cast<std::size_t>(orientation));
  const int width = turn.transposed ? facts.height : facts.width;
  const int height = turn.transposed ? facts.width : facts.height;
  Raster<Sample> raster(width, height, facts.channels);
  const auto channels = static_cast<std::size_t>(facts.channels);
  for (int y = 0; y < height; ++y) {
    Sample* to = raster.row(y).data();
    for (int x = 0; x < width; ++x, to += channels) {
      int stored_x = turn.transposed ? y : x;
      int stored_y = turn.transposed ? x : y;
      if (turn.from_right) stored_x = facts.width - 1 - stored_x;
      if (turn.from_bottom) stored_y = facts.height - 1 - stored_y;
      const auto pixel = static_cast<std::size_t>(stored_y) * static_cast<std::size_t>(facts.width) +
                         static_cast<std::size_t>(stored_x);
      std::copy_n(stored + pixel * channels, channels, to);
    }
  }
  return raster;
}

}  // namespace

bool has_picture_ending(const std::filesystem::path& path) {
  return std::ranges::find(picture_endings, lower_ending(path)) != picture_endings.end();
}

Photo decode(const std::filesystem::path& path, const DecodeLimits& limits) {
  const MappedFile file(path);
  return decode(file.bytes(), path.string(), limits);
}

Photo decode(std::span<const std::byte> file, const std::string& name, const DecodeLimits& limits) {
  const std::string_view text(reinterpret_cast<const char*>(file.data()),
                              file.size());  // NOLINT: to compare with marks
  const std::string format = recognise(text, name);
  if (file.size() > INT_MAX) throw Error(name, "is larger than 2 GB", "pictures of this size cannot be read");
  const auto* bytes = reinterpret_cast<const stbi_uc*>(file.data());  // NOLINT: the same bytes by another name
  const int size = static_cast<int>(file.size());
  const auto damaged = [&] {
    const char* reason = stbi_failure_reason();
    return Error(name,
                 "is a " + format + " that is damaged or cut short (" + (reason != nullptr ? reason : "unknown") + ")",
                 "copy or scan it again");
  };

  Facts facts;
  if (stbi_info_from_memory(bytes, size, &facts.width, &facts.height, &facts.channels) == 0) throw damaged();
  if (facts.width < 1 || facts.height < 1) throw Error(name, "is a " + format + " without pixels");
  constexpr double million = 1e6;
  const double megapixels = static_cast<double>(facts.width) * facts.height / million;
  if (megapixels > static_cast<double>(limits.megapixels)) {
    throw Error(name,
                "has " + std::to_string(facts.width) + " x " + std::to_string(facts.height) + " pixels, more than " +
                    std::to_string(limits.megapixels) + " million",
                "raise --max-megapixels if the picture is sound and memory suffices");
  }
  const bool alpha = facts.channels == 2 || facts.channels == 4;
  facts.channels = alpha ? 4 : 3;
  facts.deep = stbi_is_16_bit_from_memory(bytes, size) != 0;

  Photo photo;
  photo.metadata = Metadata::read(file, name);
  int width = 0;
  int height = 0;
  int stored_channels = 0;
  const auto load = [&](auto function) {
    auto* memory = function(bytes, size, &width, &height, &stored_channels, facts.channels);
    Decoded<std::remove_pointer_t<decltype(memory)>> samples(memory, stbi_image_free);
    if (!samples) throw damaged();
    if (width != facts.width || height != facts.height) throw Error(name, "says two different sizes");
    photo.pixels = upright(samples.get(), facts, photo.metadata.orientation());
  };
  if (facts.deep) {
    load(stbi_load_16_from_memory);
  } else {
    load(stbi_load_from_memory);
  }
  return photo;
}

}  // namespace colourize::photo
