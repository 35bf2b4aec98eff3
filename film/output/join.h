// Joins finished segments to a film, without encoding them again, together with the source's other streams.
#pragma once

#include <filesystem>
#include <optional>

#include "engine/provenance.h"
#include "film/output/journal.h"
#include "film/video/container.h"

namespace colourize::film {

// Throws Error where the target's container cannot hold the film. Writes nothing.
void check_container(const std::filesystem::path& target, const Input& source, const VideoFormat& video,
                     const TimeRange& range);

// Writes the film at `target`, whole or not at all; its metadata state `provenance`, none: nothing. `source` must be
// open and not read from. Throws Error where the disk is full or a segment does not match the journal. The segments
// stay in any case.
void join_segments(const Journal& journal, Input& source, const VideoFormat& video, const TimeRange& range,
                   const std::optional<Provenance>& provenance, const std::filesystem::path& target);

}  // namespace colourize::film
