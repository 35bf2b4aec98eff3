// Writes JPEG XL.
#pragma once

#include <cstddef>
#include <string>
#include <vector>

#include "engine/photo/encode_options.h"
#include "engine/photo/photo.h"
#include "system/warnings.h"

namespace colourize::photo {

// A JPEG XL in boxes, of the photo's own depth, with its profile; without loss where the options say so. Throws Error
// `failed` where libjxl fails; std::bad_alloc. Warns of a print size, which it cannot state.
std::vector<std::byte> save_jpeg_xl(const Photo& photo, const std::string& name, const EncodeOptions& options,
                                    const Warn& warn);

}  // namespace colourize::photo
