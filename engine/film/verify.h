// Whether a coloured film is the source, with colours.
#pragma once

#include <cstdint>
#include <filesystem>

#include "engine/film/video/decoder.h"
#include "engine/film/video/encoder.h"

namespace colourize::film {

enum class LumaCheck : std::uint8_t {
  same,        // every picture's luma, bit for bit
  impossible,  // the codec is lossy: pictures were counted, and their times compared
};

// Decodes both. Throws Error, naming the first picture, where their number, a time (beyond what the target's container rounds) or, with a
// lossless codec, a bit of luma differs.
LumaCheck verify_film(const std::filesystem::path& source, const std::filesystem::path& target,
                      const VideoFormat& format, const TimeRange& range);

}  // namespace colourize::film
