// Metadata in a WebP, written by libwebp: Exiv2 0.27 leaves out the profile, and may leave a file that libwebp refuses.
#pragma once

#include <cstddef>
#include <span>
#include <string>
#include <vector>

#include <exiv2/exiv2.hpp>

#include "system/warnings.h"

namespace colourize::photo {

// True for the bytes of a WebP.
bool is_webp(std::span<const std::byte> file);

// Returns the encoded WebP with EXIF, XMP and the ICC profile of `described`. A WebP has no place for IPTC. Throws
// std::bad_alloc, or std::runtime_error where libwebp does not take them.
std::vector<std::byte> with_webp_metadata(std::span<const std::byte> encoded, Exiv2::Image& described);

}  // namespace colourize::photo
