// Writes pixels to a picture file.
#pragma once

#include <cstddef>
#include <filesystem>
#include <string>
#include <vector>

#include "engine/photo/encode_options.h"
#include "engine/photo/photo.h"
#include "system/warnings.h"

namespace colourize::photo {

// Returns the bytes of a picture file with the photo's metadata. The extension of `name` chooses the format
// (formats/table.h); messages use `name` too. Throws Error of kind `unsupported` for another extension, or where the
// format cannot hold the photo. `warn` receives what the format cannot hold of the photo: depth, transparency,
// metadata.
std::vector<std::byte> encode(const Photo& photo, const std::string& name, const Warn& warn,
                              const EncodeOptions& options = {});

struct PictureFormat;

// The same in this format, which can be written, whatever `name` is.
std::vector<std::byte> encode_as(const PictureFormat& format, const Photo& photo, const std::string& name,
                                 const Warn& warn, const EncodeOptions& options = {});

// The same into a file, which appears in one step. JPEG, PNG and TIFF are written row by row: they take no memory but
// the photo's own. Throws Error when that fails, and then leaves nothing on the disk.
void write(const Photo& photo, const std::filesystem::path& path, const Warn& warn, const EncodeOptions& options = {});

}  // namespace colourize::photo
