// Pictures that are known by their names, and that the program does not read.
#pragma once

#include <filesystem>
#include <string_view>

namespace colourize::photo {

// What a person calls pictures with this extension, "TIFF" or "RAW"; empty for those that can be read, and for what is
// no picture.
std::string_view unread_picture_kind(const std::filesystem::path& path);

}  // namespace colourize::photo
