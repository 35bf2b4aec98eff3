// Reads a picture file into pixels.
#pragma once

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <optional>
#include <span>
#include <string>

#include "engine/photo/film_tones.h"
#include "engine/photo/formats/format.h"
#include "engine/photo/photo.h"
#include "system/warnings.h"

namespace colourize::photo {

// The default limit for a photo and for a film's frames, in millions of pixels.
constexpr std::int64_t default_megapixels = 300;

struct DecodeOptions {
  std::int64_t megapixels = default_megapixels;  // refuses larger pictures before it allocates memory
  // Decodes a damaged JPEG, PNG, TIFF, WebP, JPEG 2000, JPEG XL, OpenEXR, DPX or PNM as far as it goes, warns of it,
  // and notes it in Photo::salvage.
  bool salvage = false;
  // What a DPX's numbers mean, whatever it says itself; none: what it says, and an error where that is nothing.
  std::optional<FilmTransfer> dpx_transfer = {};
};

// Reads every format of the table (formats/table.h). Grey pictures become RGB; 16 bits per sample and alpha are kept;
// EXIF's orientation is applied. Throws Error where the file is unsupported, damaged, truncated or too large, and says
// what the file really is. The kind is `incomplete` where `salvage` would give the sound part. `warn` receives what is
// odd in a file that is decoded all the same: a missing end mark, unreadable metadata, a missing part.
Photo decode(const std::filesystem::path& path, const DecodeOptions& options, const Warn& warn);

// The same, from a file's bytes. `name` is for messages, and its extension identifies a TGA, which has no signature.
Photo decode(std::span<const std::byte> file, const std::string& name, const DecodeOptions& options, const Warn& warn);

// Returns the size that the file's header states, of several pages that of the largest; zeros where there is none, and
// then decode() says why.
StoredSize stored_size(const std::filesystem::path& path);

}  // namespace colourize::photo
