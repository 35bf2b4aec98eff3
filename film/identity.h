// Everything that the bytes of a coloured film depend on. Resuming from a journal requires the same identity.
#pragma once

#include <filesystem>

#include <nlohmann/json_fwd.hpp>

#include "film/options.h"
#include "film/video/encoder.h"

namespace colourize::film {

// Returns values by name. The names are words for people, because an error message shows them. Sizes, and checksums
// over a part of their bytes, identify the film and the generator, so that nobody waits until gigabytes are read. A
// film from a pipe has nothing that identifies it.
nlohmann::json identity_of(const std::filesystem::path& source, const session::Session& session,
                           const VideoFormat& format, const FilmOptions& options);

}  // namespace colourize::film
