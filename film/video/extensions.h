// Recognises films by the extensions of their names.
#pragma once

#include <filesystem>

namespace colourize::film {

// True where the search of a folder takes a file of this name as a film. The file's bytes decide what it really is.
bool has_film_extension(const std::filesystem::path& path);

// libav's name of the container for a film of this name: .mkv, .mp4, .m4v, .mov and .avi. Returns null for other
// extensions. (MPEG-TS accepts packets of any codec, but players cannot recognise them.)
const char* container_name(const std::filesystem::path& path);

// The journal's folder, beside the film's target: film.mkv -> film.mkv.journal.
std::filesystem::path journal_folder(const std::filesystem::path& target);
// True where the name is a journal's.
bool is_journal(const std::filesystem::path& folder);

}  // namespace colourize::film
