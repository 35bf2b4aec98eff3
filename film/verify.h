// Checks that a coloured film is its source with colours.
#pragma once

#include <cstdint>
#include <filesystem>
#include <functional>

#include "film/video/decoder.h"
#include "film/video/encoder.h"
#include "system/warnings.h"

namespace colourize::film {

enum class LumaCheck : std::uint8_t {
  same,        // each frame's luma is the same, bit for bit
  impossible,  // the codec is lossy, so only the number and times of frames were checked
  stopped,     // stopped before the end
};

// Decodes both films and compares them. Throws Error that names the first frame that differs: in the number of frames,
// in a time (beyond what the target's container rounds) or, with a lossless codec, in a bit of luma. After every few
// frames it asks `go_on` (may be empty) whether to continue. `warn` receives the warnings of Input and Decoder for
// either film.
LumaCheck verify_film(const std::filesystem::path& source, const std::filesystem::path& target,
                      const VideoFormat& format, const TimeRange& range,
                      const std::function<bool(std::int64_t frames)>& may_continue, const Warn& warn);

}  // namespace colourize::film
