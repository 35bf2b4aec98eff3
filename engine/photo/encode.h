// From pixels to a picture file.
#pragma once

#include <cstddef>
#include <filesystem>
#include <string>
#include <vector>

#include "engine/photo/photo.h"

namespace colourize::photo {

// libjpeg-turbo, 4:4:4, quality 95. 16-bit samples are cut to 8, alpha is left out; both are logged. Throws Error above
// 65500 pixels a side, which JPEG cannot hold.
std::vector<std::byte> encode_jpeg(const Photo& photo, const std::string& name);
// libpng; 8 or 16 bits a sample as the photo has, alpha kept.
std::vector<std::byte> encode_png(const Photo& photo, const std::string& name);

// Encodes by the path's ending (.jpg, .jpeg or .png; otherwise throws Error), with the photo's metadata, and puts the
// file in place in one step. Throws Error when that fails; then nothing is left behind.
void write(const Photo& photo, const std::filesystem::path& path);

// Whether write() knows the path's ending.
bool has_output_ending(const std::filesystem::path& path);

}  // namespace colourize::photo
