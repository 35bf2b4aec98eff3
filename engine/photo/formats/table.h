// The picture formats that the program reads and writes.
#pragma once

#include <filesystem>
#include <span>
#include <string>

#include "engine/photo/formats/format.h"
#include "system/error.h"

namespace colourize::photo {

// All formats, in the order in which messages name them.
std::span<const PictureFormat* const> picture_formats();

// The format of a file's bytes. Throws Error that says what else the file is, as far as its bytes tell. `name` is for
// messages, and its extension identifies a TGA, which has no signature.
const PictureFormat& recognise(std::span<const std::byte> file, const std::string& name);

// True where the extension is that of a readable picture. The search of a folder takes these files.
bool has_picture_extension(const std::filesystem::path& path);

// The format in which a file of this name is written, by its extension; null where there is none.
const PictureFormat* output_format(const std::filesystem::path& path);

// An Error of the kind `unsupported`: no picture can be written under this name. It names the extensions to choose
// from.
Error no_output_format(const std::filesystem::path& path);

}  // namespace colourize::photo
