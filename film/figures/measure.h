// Computes the figures of a film's file.
#pragma once

#include <cstdint>
#include <filesystem>
#include <functional>

#include "film/figures/measurement.h"
#include "film/video/decoder.h"
#include "system/warnings.h"

namespace colourize::film {

// Decodes the film, or the given part of it, to 8-bit red, green and blue. It calls `progress` after each frame, with
// the number so far and the expected number, 0 where the container does not say. Throws Error, and warns, as Input and
// Decoder do.
FilmFigures measure_film(const std::filesystem::path& path, const TimeRange& range,
                         const std::function<void(std::int64_t done, std::int64_t expected)>& progress,
                         const Warn& warn);

}  // namespace colourize::film
