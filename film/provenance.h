// What a film says of how it was made.
#pragma once

#include <filesystem>
#include <optional>
#include <string>

#include "engine/generators/ensemble.h"
#include "engine/provenance.h"
#include "film/options.h"

namespace colourize::film {

// What colourize_film() states with these options, but for the source's size and checksum. `program`: its name and
// version. Throws Error where the render factor is not in 8..64.
Provenance film_provenance(const Ensemble& ensemble, const FilmOptions& options, const std::string& program);

// What the film in this file states; none where it states nothing, is no film, or cannot be read.
std::optional<Provenance> stated_provenance(const std::filesystem::path& file);

}  // namespace colourize::film
