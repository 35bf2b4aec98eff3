// Recognises a file that is not a picture, by its first bytes.
#pragma once

#include <cstddef>
#include <filesystem>
#include <span>
#include <string>
#include <string_view>

namespace colourize::photo {

// What a file is that is in no format of the table.
struct OtherFile {
  std::string happened;  // "is a PDF document"
  std::string remedy;    // empty: there is none but to name the formats that can be read
};

// `extension`, lower case or empty, tells of some cameras' raw files.
OtherFile what_else_it_is(std::span<const std::byte> file, std::string_view extension);

// True where the file is what a camera's sensor saw ("RAW"), by its first bytes or, in a TIFF, by its extension.
bool is_camera_raw(std::span<const std::byte> file, std::string_view extension);

// Returns the extension in lower case, such as ".jpg"; empty where the name has none.
std::string lower_extension(const std::filesystem::path& path);

}  // namespace colourize::photo
