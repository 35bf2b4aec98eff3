// What is particular to metadata in a TIFF, whose tags also say how its picture is stored.
#pragma once

#include <cstddef>
#include <span>
#include <string>

#include <exiv2/exiv2.hpp>

namespace colourize::photo {

// True for the bytes of a TIFF or BigTIFF.
bool is_tiff(std::span<const std::byte> file);

// A TIFF's XMP packet as it stands there, valid or not; empty where there is none.
std::string tiff_xmp(const Exiv2::ExifData& exif);

// Removes from a TIFF's metadata what describes how that file stores its pixels, its previews and further pages, and
// what Exiv2 also gives otherwise: IPTC, XMP and the ICC profile; also a print size that states none. Returns false
// where Photoshop's own data were among them, which are left out.
bool drop_storage_tags(Exiv2::ExifData& exif);

}  // namespace colourize::photo
