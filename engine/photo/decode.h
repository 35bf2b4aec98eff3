// From a picture file to pixels.
#pragma once

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <span>
#include <string>

#include "engine/photo/formats/format.h"
#include "engine/photo/photo.h"
#include "system/warnings.h"

namespace colourize::photo {

// Of a photo, and of a film's pictures.
constexpr std::int64_t default_megapixels = 300;

struct DecodeOptions {
  std::int64_t megapixels = default_megapixels;  // larger pictures are refused before memory is taken
  bool salvage =
      false;  // a damaged JPEG, PNG or PNM is decoded as far as it goes, which is warned of and noted in Photo::salvage
};

// Reads every format of the table (formats/table.h); grey pictures become RGB; 16 bits a sample and alpha are kept;
// EXIF's orientation is applied. Throws Error with what the file really is, when it is none of these, damaged, cut
// short or too large; its kind is `incomplete` where `salvage` would give the part that is sound. `warn` hears what is
// odd in a file that is decoded all the same: no end mark, metadata that cannot be read, a part that is missing.
Photo decode(const std::filesystem::path& path, const DecodeOptions& options, const Warn& warn);

// The same, of a file's bytes. `name` is for messages, and its extension tells a TGA, which has no mark of its own.
Photo decode(std::span<const std::byte> file, const std::string& name, const DecodeOptions& options, const Warn& warn);

// The picture's size as the file's header says it; zeros where there is none, of which decode() will say more.
StoredSize stored_size(const std::filesystem::path& path);

}  // namespace colourize::photo
