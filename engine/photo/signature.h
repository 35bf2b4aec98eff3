// What a file is, by its first bytes.
#pragma once

#include <cstddef>
#include <filesystem>
#include <span>
#include <string>

namespace colourize::photo {

// "JPEG", "PNG", "BMP", "TGA", "PSD" or "PNM". Throws Error that says what the file is otherwise, as far as that can be
// told. `name` is for messages, and its ending tells a TGA, which has no mark of its own.
std::string recognise(std::span<const std::byte> file, const std::string& name);

// A name's ending in small letters: ".jpg"; nothing when it has none.
std::string lower_ending(const std::filesystem::path& path);

// Whether a file of this name is one that may be read, by its ending: what a folder is searched for.
bool has_picture_ending(const std::filesystem::path& path);

}  // namespace colourize::photo
