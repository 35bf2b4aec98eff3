// Writes a photo as a JPEG.
#pragma once

#include <cstddef>
#include <span>
#include <string>

#include "engine/photo/encode_options.h"
#include "engine/photo/photo.h"
#include "system/byte_sink.h"
#include "system/warnings.h"

namespace colourize::photo {

// With libjpeg-turbo, 4:4:4, quality 95. It rounds 16-bit samples to 8 bits and leaves out alpha, and warns of both.
// Throws Error above 65500 pixels a side, which JPEG cannot hold. See PictureFormat::stream().
void stream_jpeg(const Photo& photo, const std::string& name, const EncodeOptions& options,
                 std::span<const std::byte> described, ByteSink& to, const Warn& warn);

}  // namespace colourize::photo
