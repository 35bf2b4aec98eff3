// A photo as a JPEG's bytes.
#pragma once

#include <cstddef>
#include <string>
#include <vector>

#include "engine/photo/photo.h"
#include "system/warnings.h"

namespace colourize::photo {

// libjpeg-turbo, 4:4:4, quality 95. 16-bit samples are cut to 8, alpha is left out; both are warned of. Throws Error
// above 65500 pixels a side, which JPEG cannot hold. `name` is for messages.
std::vector<std::byte> save_jpeg(const Photo& photo, const std::string& name, const Warn& warn);

}  // namespace colourize::photo
