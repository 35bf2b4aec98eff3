// Between Exiv2's metadata and the blocks in which files carry them.
#pragma once

#include <cstddef>
#include <span>

#include <exiv2/exiv2.hpp>

#include "engine/photo/metadata_blocks.h"

namespace colourize::photo {

// EXIF is little-endian. Throws Exiv2's errors.
MetadataBlocks blocks_of(const Exiv2::ExifData& exif, const Exiv2::IptcData& iptc, const Exiv2::XmpData& xmp);

// The TIFF structure in a block of EXIF: some programs write the mark of JPEG's segment before it.
std::span<const std::byte> tiff_in_exif(std::span<const std::byte> exif);

// What is in a block of EXIF, and its order of bytes. Throws Exiv2's errors.
Exiv2::ExifData exif_of_block(std::span<const std::byte> block, Exiv2::ByteOrder& order);

}  // namespace colourize::photo
