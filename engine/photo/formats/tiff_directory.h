// The directory of a TIFF whose strips are written already.
//
// Source: Adobe, TIFF Revision 6.0 (1992), section 2.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include "system/byte_sink.h"

namespace colourize::photo {

// Where a picture's strips lie in its file, from the top.
struct TiffStrips {
  int width = 0;
  int height = 0;
  std::uint32_t rows = 0;  // in a strip; the last one may have fewer
  std::vector<std::uint32_t> offsets;
  std::vector<std::uint32_t> bytes;
};

// Ends a classic, little-endian TIFF that has a header and these strips, `size` bytes in all: appends the directory of
// `described`, a TIFF of one pixel with the same kind of samples, and what that refers to, with these strips for its
// own. Throws Error: `unsupported` where the file would reach 4 GB, `failed` where `described` is none of this
// program; and what the sink throws.
void append_directory(std::vector<std::byte> described, const TiffStrips& strips, std::uint64_t size,
                      const std::string& name, ByteSink& to);

}  // namespace colourize::photo
