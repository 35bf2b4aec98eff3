// From pixels to a picture file.
#pragma once

#include <cstddef>
#include <filesystem>
#include <string>
#include <vector>

#include "engine/photo/photo.h"
#include "system/warnings.h"

namespace colourize::photo {

// The bytes of a picture file with the photo's metadata, in the format that the extension of `name` stands for
// (formats/table.h). `name` is for messages too. Throws Error: `unsupported` for another extension, or where the format
// cannot hold the photo. `warn` hears what of the photo the format cannot hold: depth, transparency, metadata.
std::vector<std::byte> encode(const Photo& photo, const std::string& name, const Warn& warn);

// The same into a file, which is put in place in one step. Throws Error when that fails; then nothing is left behind.
void write(const Photo& photo, const std::filesystem::path& path, const Warn& warn);

}  // namespace colourize::photo
