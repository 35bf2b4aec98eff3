// Writes a photo as a WebP.
#pragma once

#include <cstddef>
#include <string>
#include <vector>

#include "engine/photo/encode_options.h"
#include "engine/photo/photo.h"
#include "system/warnings.h"

namespace colourize::photo {

// With libwebp: quality 95, which halves chroma's size, or without loss. Rounds 16-bit samples to 8 bits, and warns of
// it and of the print size, which WebP does not state. Throws Error above 16383 pixels a side, which WebP cannot hold;
// also std::bad_alloc. `name` is for messages.
std::vector<std::byte> save_webp(const Photo& photo, const std::string& name, const EncodeOptions& options,
                                 const Warn& warn);

}  // namespace colourize::photo
