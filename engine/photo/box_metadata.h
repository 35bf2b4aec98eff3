// Metadata in the boxes of JPEG 2000 and JPEG XL.
#pragma once

#include <cstddef>
#include <span>
#include <vector>

#include "engine/photo/boxes.h"
#include "engine/photo/metadata_blocks.h"

namespace colourize::photo {

// What is in the boxes `uuid` of a JPEG 2000: EXIF as Adobe's programs store it, XMP (XMP Specification Part 3, 1.1.4),
// IPTC as ExifTool reads and writes it. Of several, the first. Copies at most 64 MB of each.
MetadataBlocks jpeg_2000_metadata(std::span<const Box> boxes);
// True for a box that jpeg_2000_metadata() reads.
bool is_jpeg_2000_metadata(const Box& box);

// True for the bytes of a JPEG 2000 in boxes, and of a JPEG XL in boxes.
bool holds_metadata_boxes(std::span<const std::byte> file);
// True of these where it has a place for IPTC: of JPEG 2000.
bool holds_iptc_box(std::span<const std::byte> file);

// What lies in the boxes of such a file: of a JPEG 2000 as above; of a JPEG XL in boxes that are not compressed, as
// this program and most others write them.
MetadataBlocks metadata_in_boxes(std::span<const std::byte> file);

// Adds these metadata to the file, which has none so far, before its picture. Where it throws std::length_error, the
// file is as it was.
void add_metadata_boxes(std::vector<std::byte>& encoded, const MetadataBlocks& blocks);

}  // namespace colourize::photo
