// From finished segments to the film: joined, not encoded again, together with what else the source has.
#pragma once

#include <filesystem>
#include <functional>

#include "film/output/journal.h"
#include "film/video/container.h"

namespace colourize::film {

// Throws Error where the target's container cannot hold the film; writes nothing.
void check_container(const std::filesystem::path& target, const Input& source, const VideoFormat& video,
                     const TimeRange& range);

// Writes the film at `target`, whole or not at all. `source` was opened for this and not read from. Throws Error where
// the disk is full or a segment is not what the journal says; the segments stay.
void join_segments(const Journal& journal, Input& source, const VideoFormat& video, const TimeRange& range,
                   const std::filesystem::path& target);

}  // namespace colourize::film
