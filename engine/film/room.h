// Whether the disk has room for a film, before hours are spent on it.
#pragma once

#include <filesystem>

#include "engine/film/decoder.h"
#include "engine/film/encoder.h"
#include "engine/film/journal.h"

namespace colourize::film {

// The segments and the film itself, at once, as far as the codec and the film's length let one guess. Throws Error where the disk has less
// than half of that free; logs a warning where it has less than all.

void check_room(const std::filesystem::path& target, const Input& input, const Decoder& decoder,
                const VideoFormat& format, const Journal& journal);

}  // namespace colourize::film
