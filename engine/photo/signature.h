// Recognises a file that is not a picture, by its first bytes.
#pragma once

#include <cstddef>
#include <filesystem>
#include <span>
#include <string>

namespace colourize::photo {

// Returns a phrase such as "is a PDF document" for a file that is in no format of the table.
std::string what_else_it_is(std::span<const std::byte> file);

// Returns the extension in lower case, such as ".jpg"; empty where the name has none.
std::string lower_extension(const std::filesystem::path& path);

}  // namespace colourize::photo
