// Writes a photo as a PNG.
#pragma once

#include <cstddef>
#include <span>
#include <string>

#include "engine/photo/encode_options.h"
#include "engine/photo/photo.h"
#include "system/byte_sink.h"
#include "system/warnings.h"

namespace colourize::photo {

// With libpng, 8 or 16 bits per sample as in the photo, and with alpha; so there is nothing to warn of. See
// PictureFormat::stream().
void stream_png(const Photo& photo, const std::string& name, const EncodeOptions& options,
                std::span<const std::byte> described, ByteSink& to, const Warn& warn);

}  // namespace colourize::photo
