// The headers of a JPEG 2000's codestream (ISO/IEC 15444-1, annex A).
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>

#include "engine/photo/formats/jpeg_2000_layout.h"

namespace colourize::photo {

// Fills in size, components, `whole`, and how much of the codestream there is. Throws Error `damaged` for headers that
// contradict themselves, that state more tiles or packets than bytes this long can hold, or other than 1 to 4
// components; `unsupported` for more than 16 bits.
void read_codestream_headers(std::span<const std::byte> codestream, const std::string& name, Jpeg2000Layout& layout);

}  // namespace colourize::photo
