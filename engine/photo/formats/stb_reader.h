// TGA, PSD in RGB, and BMP of 16 and 32 bits, read by stb_image, which trusts the file.
//
// Where a file ends early, stb_image continues with zeros, or with whatever is in memory. So its memory begins as zeros
// (stb_image.cpp), and it reads through a source that notices.
#pragma once

#include <cstddef>
#include <span>
#include <string>
#include <string_view>

#include "engine/photo/formats/format.h"

namespace colourize::photo {

// `format` is the format's name for messages. Both throw Error as PictureFormat's size() and load() do.
StoredSize stb_size(std::span<const std::byte> file, const std::string& name, std::string_view format);

// `expected`: what stb_size() returned. Its channels may be 3 where stb_image gives 4: alpha is left out then. Its bits
// choose the samples, 8 or 16.
StoredPicture stb_picture(std::span<const std::byte> file, const std::string& name, std::string_view format,
                          const StoredSize& expected);

}  // namespace colourize::photo
