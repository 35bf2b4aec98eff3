// Files that hold films, by the endings of their names.
#pragma once

#include <filesystem>

namespace colourize::film {

// Whether a folder is searched for files of this name, as films. What a file holds, its bytes say.
bool has_film_ending(const std::filesystem::path& path);

// libav's name of the container that a film of this name is written into: .mkv, .mp4, .m4v, .mov and .avi; null for
// other endings. (MPEG-TS takes any codec's packets, and no player finds them again.)
const char* container_name(const std::filesystem::path& path);

// The folder beside a film's target that holds what is finished of it: film.mkv -> film.mkv.journal.
std::filesystem::path journal_folder(const std::filesystem::path& target);
// By its name.
bool is_journal(const std::filesystem::path& folder);

}  // namespace colourize::film
