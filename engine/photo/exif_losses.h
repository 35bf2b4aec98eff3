// What of a file's EXIF did not survive being written again.
#pragma once

#include <cstddef>
#include <optional>
#include <span>
#include <string>

#include <exiv2/exiv2.hpp>

namespace colourize::photo {

// Where the maker note of a camera that Exiv2 does not know begins, in bytes from the head of the TIFF structure that
// is EXIF: its own numbers may count from there (Exif 2.32, 4.6.5, tag 0x927C). None where the EXIF has no such note,
// or where it is not found in the bytes.
std::optional<std::size_t> maker_note_place(const Exiv2::ExifData& exif, std::span<const std::byte> file);

// True where the EXIF has a maker note of a camera that Exiv2 does not know. It writes such a note byte for byte, and
// cannot adapt the places inside.
bool has_unknown_maker_note(const Exiv2::ExifData& exif);

// A sentence's end about what `before` has and `after` has not, but for the preview: "of its EXIF, ... could not be
// carried over".
// Empty where nothing is lost.
std::string exif_losses(const Exiv2::ExifData& before, const Exiv2::ExifData& after);

}  // namespace colourize::photo
