// What the program knows of one picture format. Each format is a file of this folder and a row of table.cpp; reading,
// writing, the search of folders and the messages about what can be read or written follow from the rows.
#pragma once

#include <cstddef>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "engine/photo/photo.h"
#include "system/warnings.h"

namespace colourize::photo {

// What a file's header says of its picture, before a pixel is decoded.
struct StoredSize {
  int width = 0;     // at least 1
  int height = 0;    // at least 1
  int channels = 0;  // that load() gives: 1 grey, 2 grey and alpha, 3 RGB, 4 RGB and alpha
  int bits = 0;      // a sample that load() gives: 8 or 16
};

// A picture as its file stores it: not turned by EXIF's orientation yet, and grey where it is grey (1 or 2 channels).
struct StoredPicture {
  std::variant<Raster8, Raster16> pixels;
  std::optional<Salvage> salvage;  // none: the file was sound
};

// What a format does with a damaged file of which a part is sound.
enum class Damage : std::uint8_t {
  refuse,   // throws an Error of the kind `incomplete`
  salvage,  // decodes the sound part, leaves the rest grey, and says so in StoredPicture::salvage
};

// `name`, throughout, is the file's name for messages.
struct PictureFormat {
  std::string_view name;  // as a person calls it: "JPEG"
  // Lower case, with the dot: a folder is searched for them.
  std::span<const std::string_view> extensions;
  // Those of them that name an output; messages advise the first. None: the format is not written.
  std::span<const std::string_view> output_extensions;

  // Whether a file's first bytes are those of this format. `extension`, lower case or empty, is for a format without a
  // mark.
  bool (*recognises)(std::span<const std::byte> file, std::string_view extension);

  // Reads the header. Throws Error: `damaged`, or `unsupported` where the format has kinds that are not read.
  StoredSize (*size)(std::span<const std::byte> file, const std::string& name);

  // Decodes the whole picture, which is as size() said; the caller has checked that against its limits. Throws Error:
  // `incomplete` (see Damage), `damaged`, `unsupported`; std::bad_alloc. Warns of what is odd in a file that is whole;
  // of what is missing decode() does.
  StoredPicture (*load)(std::span<const std::byte> file, const std::string& name, Damage damage, const Warn& warn);

  // The file's bytes, without metadata; null: the format is not written. Throws Error where it cannot hold the photo;
  // warns of what it leaves out of it.
  std::vector<std::byte> (*save)(const Photo& photo, const std::string& name, const Warn& warn);
};

// The sentences about damage that all formats share. `reason` may be null; none of them returns.
[[noreturn]] void refuse_damaged(const std::string& name, std::string_view format, const char* reason);
// A part of it is sound.
[[noreturn]] void refuse_incomplete(const std::string& name, std::string_view format, const char* reason);
// A header that is no header, or that of a kind which is not read: no library tells the two apart for certain.
[[noreturn]] void refuse_header(const std::string& name, std::string_view format, const char* reason);

// Makes the rows from `first` on grey: half of white in each channel, alpha opaque. channels is the raster's.
template <typename Sample>
void leave_grey(Raster<Sample>& raster, int first);

}  // namespace colourize::photo
