// Writes DPX (SMPTE 268M-2003).
#pragma once

#include <cstddef>
#include <string>
#include <vector>

#include "engine/photo/encode_options.h"
#include "engine/photo/photo.h"
#include "system/warnings.h"

namespace colourize::photo {

// A DPX of R G B or R G B A, in the order of bytes, the depth (10 or 16 bits) and the transfer of the DPX that the
// photo came from, with what that said of the film. Of another photo: big-endian video, 16 bits, or 10 where the photo
// has 8. Throws Error `unsupported` where the file would have 4 GB. Warns of a profile and a print size, which it
// cannot state.
std::vector<std::byte> save_dpx(const Photo& photo, const std::string& name, const EncodeOptions& options,
                                const Warn& warn);

}  // namespace colourize::photo
