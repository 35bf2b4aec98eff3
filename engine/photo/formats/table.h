// The picture formats that the program reads and writes.
#pragma once

#include <filesystem>
#include <span>
#include <string>

#include "engine/photo/formats/format.h"
#include "system/error.h"

namespace colourize::photo {

// In the order in which messages name them.
std::span<const PictureFormat* const> picture_formats();

// The format of a file's bytes. Throws Error that says what the file is otherwise, as far as that can be told. `name`
// is for messages, and its extension tells a TGA, which has no mark of its own.
const PictureFormat& recognise(std::span<const std::byte> file, const std::string& name);

// Whether a file of this name is a picture that may be read, by its extension: what a folder is searched for.
bool has_picture_extension(const std::filesystem::path& path);

// The format that a file of this name is written in, by its extension; null: none.
const PictureFormat* output_format(const std::filesystem::path& path);

// An Error of the kind `unsupported`: a picture cannot be written under this name. Names the extensions to choose from.
Error no_output_format(const std::filesystem::path& path);

}  // namespace colourize::photo
