// The pages of a TIFF, taken apart and put together, without their pixels being decoded.
//
// Source: Adobe, TIFF Revision 6.0 (1992), section 2; for BigTIFF, the BigTIFF file format proposal of libtiff.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "engine/photo/formats/format.h"

namespace colourize::photo {

// How many pages are pictures of their own (tiff_layout.h); 0 where libtiff cannot read the file.
int count_tiff_pages(std::span<const std::byte> file);

// A copy of the file in which this page, the first of which is 0, is the first one and the last. Throws Error `damaged`
// where there is no such page.
std::vector<std::byte> tiff_page(std::span<const std::byte> file, int page, const std::string& name);

// For a page whose first byte comes to `place` in the file; the first page has 0, where it stays as it is. `place` is
// even, and other pages leave their header of 8 bytes in the file, where it is passed over. Throws Error: `unsupported`
// where the file would reach 4 GB or the page is a BigTIFF, `failed` where the page is none of this program.
PlacedPage place_tiff_page(std::vector<std::byte> page, std::uint64_t place, const std::string& name);

}  // namespace colourize::photo
