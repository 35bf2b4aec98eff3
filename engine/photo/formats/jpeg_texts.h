// The comments of a JPEG: segments COM (ITU T.81, B.2.4.5).
#pragma once

#include <cstddef>
#include <span>
#include <string>
#include <vector>

#include "engine/photo/text.h"
#include "system/warnings.h"

namespace colourize::photo {

// Reads the comments before the first scan. Warns of what is beyond Texts' limits.
std::vector<Text> jpeg_texts(std::span<const std::byte> file, const std::string& name, const Warn& warn);

// Puts the texts into a JPEG that this program wrote: an XMP packet after EXIF's segment, comments after all APPn. A
// JPEG's own stay byte for byte. Texts of a PNG with the keyword "Comment" become comments in UTF-8. One warning names
// the others, for which JPEG has no place, and what is too long for a segment.
std::vector<std::byte> with_jpeg_texts(std::vector<std::byte> jpeg, const std::vector<Text>& texts,
                                       const std::string& name, const Warn& warn);

}  // namespace colourize::photo
