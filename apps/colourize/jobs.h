// Which pictures and films are to be coloured, and where each one's colours go.
#pragma once

#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "system/error.h"

namespace colourize::apps {

// What a result's name has before its extension, where it lies beside its source: photo.colour.jpg.
constexpr std::string_view result_mark = ".colour";

enum class JobKind : std::uint8_t { picture, film };

struct Job {
  JobKind kind = JobKind::picture;  // by the source's extension; what has none of a film's is a picture
  std::filesystem::path source;
  std::filesystem::path target;
};

struct JobList {
  std::vector<Job> jobs;        // in the order of the inputs; a folder's in the order of their names
  std::vector<Error> failures;  // folders that may not be read, targets that two sources share or that are a source
};

// `inputs` are files and folders, searched recursively for pictures and films by their extensions; hidden files,
// symbolic links to folders and earlier results (*.colour.*) are passed over. `output`:
//   none            photo.jpg -> photo.colour.jpg beside it
//   a folder        photo.jpg -> output/photo.jpg, sub/photo.jpg of a folder -> output/sub/photo.jpg; made if missing
//   a file's name   for one input that is a file
// A picture that cannot be written under its extension becomes PNG, its own extension kept before it: photo.bmp ->
// photo.bmp.colour.png; a film whose container cannot be written becomes Matroska: film.webm -> film.webm.colour.mkv.
// Throws Error when `output` is a file's name but the inputs are a folder or several.
JobList list_jobs(const std::vector<std::filesystem::path>& inputs, const std::optional<std::filesystem::path>& output);

// Creates the folders that list_jobs() has put targets into, below `output`; the folder that holds `output` must exist.
void make_target_folder(const Job& job, const std::optional<std::filesystem::path>& output);

}  // namespace colourize::apps
