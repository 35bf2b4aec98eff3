// Writes JPEG 2000.
#pragma once

#include <cstddef>
#include <string>
#include <vector>

#include "engine/photo/encode_options.h"
#include "engine/photo/photo.h"
#include "system/warnings.h"

namespace colourize::photo {

// A JPEG 2000 in boxes, without loss (the reversible 5/3 wavelet), of the photo's own depth, with its profile and print
// size. Throws Error `unsupported` where the picture is too large, `failed` where OpenJPEG fails; std::bad_alloc.
std::vector<std::byte> save_jpeg_2000(const Photo& photo, const std::string& name, const EncodeOptions& options,
                                      const Warn& warn);

}  // namespace colourize::photo
