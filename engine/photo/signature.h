// What a file is that is no picture of ours, by its first bytes.
#pragma once

#include <cstddef>
#include <filesystem>
#include <span>
#include <string>

namespace colourize::photo {

// "is a PDF document": what to say of a file that no format of the table knows.
std::string what_else_it_is(std::span<const std::byte> file);

// A name's extension in small letters: ".jpg"; nothing when it has none.
std::string lower_ending(const std::filesystem::path& path);

}  // namespace colourize::photo
