// The texts of a PNG (W3C, third edition, 11.3.3): chunks tEXt, zTXt and iTXt.
#pragma once

#include <cstddef>
#include <span>
#include <string>
#include <vector>

#include "engine/photo/text.h"
#include "system/warnings.h"

namespace colourize::photo {

// Reads the texts of all chunks whose checksum is right, without uncompressing any. Leaves out those that hold EXIF,
// IPTC or XMP, which Exiv2 reads. Warns of what is beyond Texts' limits.
std::vector<Text> png_texts(std::span<const std::byte> file, const std::string& name, const Warn& warn);

// Puts the texts before the pixels of a PNG that this program wrote. A PNG's own stay byte for byte. A comment of a
// JPEG gets the keyword "Comment": as iTXt where it is UTF-8 and not ASCII, else as tEXt, whose bytes are Latin-1;
// zeros at its end go. Warns of a comment with zeros elsewhere, which PNG cannot hold.
std::vector<std::byte> with_png_texts(std::vector<std::byte> png, const std::vector<Text>& texts,
                                      const std::string& name, const Warn& warn);

}  // namespace colourize::photo
