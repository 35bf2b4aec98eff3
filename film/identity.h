// What the bytes of a coloured film depend on: who goes on with a journal must find the same.
#pragma once

#include <filesystem>

#include <nlohmann/json_fwd.hpp>

#include "film/options.h"
#include "film/video/encoder.h"

namespace colourize::film {

// By names that a person understands, for they end up in a sentence. The film and the generator are known by their
// sizes and by sums over a part of their bytes, so that nobody waits for gigabytes to be read; a film from a pipe by
// nothing.
nlohmann::json identity_of(const std::filesystem::path& source, const session::Session& session,
                           const VideoFormat& format, const FilmOptions& options);

}  // namespace colourize::film
