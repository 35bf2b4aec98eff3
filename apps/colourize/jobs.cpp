#include "apps/colourize/jobs.h"

#include <algorithm>
#include <array>
#include <map>
#include <set>

#include "engine/photo/formats/table.h"
#include "engine/photo/unread.h"
#include "film/video/extensions.h"
#include "system/lists.h"

namespace colourize::apps {
namespace {

namespace fs = std::filesystem;
using namespace std::string_view_literals;

// Folders in which other programs keep their own: thumbnails of network storages, resources of other systems' archives,
// what was thrown away.
constexpr std::array others_folders{"@eaDir"sv,   "@Recycle"sv,     "#recycle"sv,   "#snapshot"sv,
                                    "__MACOSX"sv, "$RECYCLE.BIN"sv, "lost+found"sv, "System Volume Information"sv};

bool is_of_others(const fs::path& folder) {
  return std::ranges::find(others_folders, folder.filename().string()) != others_folders.end();
}

bool is_earlier_result(const fs::path& path) {
  return path.stem().string().ends_with(result_mark);
}

JobKind kind_of(const fs::path& source) {
  return film::has_film_extension(source) ? JobKind::film : JobKind::picture;
}

bool can_be_written(JobKind kind, const fs::path& target) {
  return kind == JobKind::film ? film::container_name(target) != nullptr : photo::output_format(target) != nullptr;
}

// The file's name with the mark, or without it where another folder tells source and result apart.
fs::path result_name(const fs::path& source, bool marked) {
  const std::string infix(marked ? result_mark : "");
  const JobKind kind = kind_of(source);
  if (can_be_written(kind, source)) return source.stem().string() + infix + source.extension().string();
  return source.filename().string() + infix + (kind == JobKind::film ? ".mkv" : ".png");
}

// A path that cannot be examined counts as absent here; opening it later says why.
bool is_folder(const fs::path& path) {
  std::error_code ignored;
  return fs::is_directory(path, ignored);
}
bool is_there(const fs::path& path) {
  std::error_code ignored;
  return fs::exists(path, ignored);
}

bool is_one_file(const std::vector<fs::path>& inputs) {
  return inputs.size() == 1 && !is_folder(inputs.front());
}

bool names_a_folder(const fs::path& output) {
  return !output.has_filename() || is_folder(output);
}

// With all links followed, as far as the paths exist.
bool is_within(const fs::path& folder, const fs::path& root) {
  std::error_code ignored;
  const fs::path below = fs::weakly_canonical(fs::absolute(folder, ignored) / "", ignored);
  const fs::path above = fs::weakly_canonical(fs::absolute(root, ignored) / "", ignored);
  const fs::path way = below.lexically_relative(above);
  return !way.empty() && *way.begin() != "..";
}

class Listing {
 public:
  explicit Listing(const std::optional<fs::path>& output) : output_(output) {
    std::error_code ignored;
    if (output) output_identity_ = fs::weakly_canonical(*output / "", ignored);
  }

  void add_file(const fs::path& source, const fs::path& target) {
    std::error_code ignored;
    // An input that is named twice, or also lies in a named folder, is coloured once.
    if (sources_.insert(fs::weakly_canonical(source, ignored)).second)
      found_.push_back({kind_of(source), source, target});
  }

  // `below`: the path of `folder` relative to the input that it was found in.
  void add_folder(const fs::path& folder, const fs::path& below) {
    std::error_code problem;
    std::vector<fs::directory_entry> entries;
    for (fs::directory_iterator it(folder, problem), end; !problem && it != end; it.increment(problem))
      entries.push_back(*it);
    if (problem) {
      result_.failures.emplace_back(kind_of_errno(problem), folder.string(), "cannot be read: " + problem.message());
      return;
    }
    std::ranges::sort(entries, {}, [](const fs::directory_entry& entry) { return entry.path(); });
    for (const fs::directory_entry& entry : entries) {
      const fs::path& path = entry.path();
      std::error_code ignored;
      if (path.filename().string().starts_with('.')) continue;
      if (entry.is_directory(ignored)) {
        const bool searched =
            !entry.is_symlink(ignored) && !is_output(path) && !film::is_journal(path) && !is_of_others(path);
        if (searched) add_folder(path, below / path.filename());
      } else if ((photo::has_picture_extension(path) || film::has_film_extension(path)) && !is_earlier_result(path)) {
        add_file(path, output_ ? *output_ / below / result_name(path, false) : folder / result_name(path, true));
      } else if (const std::string_view kind = photo::unread_picture_kind(path); !kind.empty()) {
        ++result_.left_out[std::string(kind)];
      }
    }
  }

  // Targets must differ from each other and from every source.
  JobList finish() {
    std::map<fs::path, fs::path> taken;
    for (const Job& job : found_) {
      std::error_code ignored;
      const fs::path identity = fs::weakly_canonical(job.target, ignored);
      const auto [other, is_new] = taken.emplace(identity, job.source);
      if (!can_be_written(job.kind, job.target)) {
        result_.failures.push_back(job.kind == JobKind::film ? Error(ErrorKind::unsupported, job.target.string(),
                                                                     "has no extension that can be written",
                                                                     "choose .mkv, .mp4, .mov or .avi")
                                                             : photo::no_output_format(job.target));
      } else if (sources_.contains(identity)) {
        result_.failures.emplace_back(ErrorKind::invalid, job.source.string(),
                                      "its result would overwrite the source " + job.target.string(),
                                      "choose another output");
      } else if (!is_new) {
        result_.failures.emplace_back(ErrorKind::invalid, job.source.string(),
                                      "its result would overwrite that of " + other->second.string(),
                                      "colour it in a call of its own, with another output");
      } else {
        result_.jobs.push_back(job);
      }
    }
    return std::move(result_);
  }

 private:
  bool is_output(const fs::path& folder) const {
    std::error_code ignored;
    return output_ && fs::weakly_canonical(folder / "", ignored) == output_identity_;
  }

  const std::optional<fs::path>& output_;
  fs::path output_identity_;
  std::vector<Job> found_;
  std::set<fs::path> sources_;
  JobList result_;
};

}  // namespace

JobList list_jobs(const std::vector<fs::path>& inputs, const std::optional<fs::path>& output) {
  const bool one_file = is_one_file(inputs);
  if (output && !one_file && is_there(*output) && !is_folder(*output)) {
    throw Error(ErrorKind::invalid, output->string(), "is a file, but several pictures need a folder",
                "choose a folder");
  }
  const bool into_folder = output && (!one_file || names_a_folder(*output));
  Listing listing(output);
  for (const fs::path& input : inputs) {
    if (is_folder(input)) {
      listing.add_folder(input, {});
    } else if (!one_file && is_earlier_result(input)) {
      continue;  // *.jpg, the second time
    } else if (into_folder) {
      listing.add_file(input, *output / result_name(input, false));
    } else {
      listing.add_file(input, output ? *output : input.parent_path() / result_name(input, true));
    }
  }
  return listing.finish();
}

bool is_file_for_several(const fs::path& output, const std::vector<fs::path>& inputs) {
  const bool like_a_file = photo::has_picture_extension(output) || film::has_film_extension(output) ||
                           !photo::unread_picture_kind(output).empty();
  return !is_one_file(inputs) && like_a_file && !is_folder(output);
}

std::string sentence_of(const std::map<std::string, std::size_t>& left_out) {
  std::vector<std::string> kinds;
  std::size_t all = 0;
  for (const auto& [kind, count] : left_out) {
    kinds.push_back(std::to_string(count) + ' ' + kind);
    all += count;
  }
  if (all == 0) return {};
  return std::to_string(all) + (all == 1 ? " picture was" : " pictures were") + " left out: " + listed(kinds, "and") +
         ", which cannot be read";
}

void make_target_folder(const Job& job, const std::optional<fs::path>& output) {
  if (!output || *output == job.target) {
    const fs::path folder = job.target.parent_path();
    if (folder.empty() || is_there(folder)) return;
    throw Error(ErrorKind::not_found, job.target.string(), "its folder " + folder.string() + " does not exist",
                "create it or choose another output");
  }
  const fs::path root = output->has_filename() ? *output : output->parent_path();
  if (root.has_parent_path() && !is_there(root.parent_path())) {
    throw Error(ErrorKind::not_found, root.string(), "its folder " + root.parent_path().string() + " does not exist",
                "create it or choose another output");
  }
  // A link below the output could lead to a source's folder.
  if (!is_within(job.target.parent_path(), root)) {
    throw Error(ErrorKind::refused, job.target.string(), "its folder leads out of " + root.string() + " by a link",
                "remove the link or choose another output");
  }
  std::error_code problem;
  fs::create_directories(job.target.parent_path(), problem);
  if (problem)
    throw Error(kind_of_errno(problem), job.target.parent_path().string(), "cannot be created: " + problem.message());
}

}  // namespace colourize::apps
