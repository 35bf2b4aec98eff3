// Whether a coloured film is the source, with colours.
#pragma once

#include <cstdint>
#include <filesystem>
#include <functional>

#include "film/video/decoder.h"
#include "film/video/encoder.h"
#include "system/warnings.h"

namespace colourize::film {

enum class LumaCheck : std::uint8_t {
  same,        // every picture's luma, bit for bit
  impossible,  // the codec is lossy: pictures were counted, and their times compared
  stopped,     // before the end
};

// Decodes both. Throws Error, naming the first picture, where their number, a time (beyond what the target's container
// rounds) or, with a lossless codec, a bit of luma differs. `go_on` (may be empty) is asked after so many pictures
// whether to go on. `warn` hears what Input and Decoder warn of, of either film.
LumaCheck verify_film(const std::filesystem::path& source, const std::filesystem::path& target,
                      const VideoFormat& format, const TimeRange& range,
                      const std::function<bool(std::int64_t pictures)>& go_on, const Warn& warn);

}  // namespace colourize::film
