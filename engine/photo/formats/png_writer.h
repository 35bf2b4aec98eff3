// A photo as a PNG's bytes.
#pragma once

#include <cstddef>
#include <string>
#include <vector>

#include "engine/photo/photo.h"
#include "system/warnings.h"

namespace colourize::photo {

// libpng; 8 or 16 bits a sample as the photo has, alpha kept: there is nothing to warn of. `name` is for messages.
std::vector<std::byte> save_png(const Photo& photo, const std::string& name, const Warn& warn);

}  // namespace colourize::photo
