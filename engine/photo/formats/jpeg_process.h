// Which of JPEG's processes a file uses.
#pragma once

#include <cstddef>
#include <span>

namespace colourize::photo {

// Where libjpeg decodes the process that the file's frame header states, or the file has none, null. Otherwise its
// name: "12-bit JPEG", "lossless JPEG", "JPEG-LS", "hierarchical JPEG". Sources: ITU T.81, table B.1; ITU T.87, C.1.1.
const char* unread_process(std::span<const std::byte> jpeg);

}  // namespace colourize::photo
