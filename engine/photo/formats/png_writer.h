// Writes a photo as a PNG.
#pragma once

#include <cstddef>
#include <string>
#include <vector>

#include "engine/photo/encode_options.h"
#include "engine/photo/photo.h"
#include "system/warnings.h"

namespace colourize::photo {

// With libpng, 8 or 16 bits per sample as in the photo, and with alpha; so there is nothing to warn of. `name` is for
// messages.
std::vector<std::byte> save_png(const Photo& photo, const std::string& name, const EncodeOptions& options,
                                const Warn& warn);

}  // namespace colourize::photo
