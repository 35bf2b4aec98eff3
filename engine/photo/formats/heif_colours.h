// What the numbers of a HEIC or AVIF mean.
#pragma once

#include <libheif/heif.h>

#include <string>

#include "engine/photo/formats/format.h"
#include "system/warnings.h"

namespace colourize::photo {

// Takes the ICC profile or, where there is none, the code points of ITU-T H.273 into the picture's `profile` or
// `stated`. The curves of video (BT.709, BT.601, BT.2020) stand for sRGB's, as in other programs. Warns of HDR's (PQ,
// HLG) and of those that it does not know, whose numbers stay as they are.
void read_heif_colours(const heif_image_handle* handle, const std::string& name, const Warn& warn,
                       StoredPicture& picture);

}  // namespace colourize::photo
