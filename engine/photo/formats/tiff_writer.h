// Writes a photo as a TIFF.
#pragma once

#include <cstddef>
#include <span>
#include <string>

#include "engine/photo/encode_options.h"
#include "engine/photo/photo.h"
#include "system/byte_sink.h"
#include "system/warnings.h"

namespace colourize::photo {

// With libtiff: 8 or 16 bits in RGB, little-endian, in strips of about 256 kB; alpha as unassociated alpha; the print
// size for an inch or a centimetre. BigTIFF where the samples alone may need 4 GB or more. Throws Error of kind
// `failed`, or std::bad_alloc. See PictureFormat::stream(). A BigTIFF gets XMP, IPTC and the ICC profile; EXIF it does
// not, with a warning.
void stream_tiff(const Photo& photo, const std::string& name, const EncodeOptions& options,
                 std::span<const std::byte> described, ByteSink& to, const Warn& warn);

}  // namespace colourize::photo
