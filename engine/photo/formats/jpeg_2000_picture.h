// OpenJPEG's decoding of a codestream.
#pragma once

#include <openjpeg.h>

#include <cstddef>
#include <memory>
#include <span>
#include <string>

namespace colourize::photo {

struct FreeJpeg2000Picture {
  void operator()(opj_image_t* picture) const { opj_image_destroy(picture); }
};

struct DecodedJpeg2000 {
  std::unique_ptr<opj_image_t, FreeJpeg2000Picture> picture;  // null: not even a part could be decoded
  std::string message;                                        // OpenJPEG's first one, an error before a warning
};

// Strictly, or as far as it goes. The codestream's headers have been checked (jpeg_2000_codestream.h).
DecodedJpeg2000 decode_jpeg_2000(std::span<const std::byte> codestream, bool strictly);

}  // namespace colourize::photo
