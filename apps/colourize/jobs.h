// Which pictures and films to colour, and where each result goes.
#pragma once

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "system/error.h"

namespace colourize::apps {

// The part before a result's extension, where the result lies beside its source: photo.colour.jpg.
constexpr std::string_view result_mark = ".colour";

enum class JobKind : std::uint8_t { picture, film };

struct Job {
  JobKind kind = JobKind::picture;  // a film where the source has a film's extension, otherwise a picture
  std::filesystem::path source;
  std::filesystem::path target;
};

struct JobList {
  std::vector<Job> jobs;        // in the order of the inputs; within a folder, in the order of the names
  std::vector<Error> failures;  // folders that may not be read; targets that two sources share or that are a source
  // Pictures in the folders that the program does not read: how many of each kind ("TIFF").
  std::map<std::string, std::size_t> left_out;
};

// `inputs` are files and folders. The program searches folders recursively for pictures and films by their extensions.
// It skips hidden files, symbolic links to folders, folders of other programs' own such as thumbnails, and earlier
// results (*.colour.*). `output` may be
//   none            photo.jpg -> photo.colour.jpg beside it
//   a folder        photo.jpg -> output/photo.jpg, sub/photo.jpg of a folder -> output/sub/photo.jpg; made if missing
//   a file's name   for one input that is a file
// A picture that cannot be written with its own extension becomes PNG and keeps that extension in its name: photo.bmp
// -> photo.bmp.colour.png. A film whose container cannot be written becomes Matroska: film.webm ->
// film.webm.colour.mkv. Throws Error when `output` is a file's name but the inputs are a folder or several files.
JobList list_jobs(const std::vector<std::filesystem::path>& inputs, const std::optional<std::filesystem::path>& output);

// True where the output is called like a picture or film, is no folder, and the inputs are a folder or several files.
bool is_file_for_several(const std::filesystem::path& output, const std::vector<std::filesystem::path>& inputs);

// "3 pictures were left out: 2 TIFF and 1 WebP, which cannot be read"; empty where there are none.
std::string sentence_of(const std::map<std::string, std::size_t>& left_out);

// Creates the folders below `output` for this job's target. The folder that holds `output` must exist.
void make_target_folder(const Job& job, const std::optional<std::filesystem::path>& output);

}  // namespace colourize::apps
