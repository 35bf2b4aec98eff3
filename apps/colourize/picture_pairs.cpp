#include "apps/colourize/picture_pairs.h"

#include <algorithm>
#include <map>
#include <set>
#include <string>

#include "apps/colourize/jobs.h"
#include "engine/photo/formats/table.h"

namespace colourize::apps {
namespace {

namespace fs = std::filesystem;

// The pictures below a folder, relative to it, in the order of their names.
std::vector<fs::path> pictures_below(const fs::path& folder, std::vector<Error>& failures) {
  std::vector<fs::path> found;
  std::error_code problem;
  fs::recursive_directory_iterator entry(folder, problem);
  for (; !problem && entry != fs::recursive_directory_iterator(); entry.increment(problem)) {
    const fs::path& path = entry->path();
    std::error_code unreachable;  // then it is no folder and no picture that could be read
    const bool hidden = path.filename().string().starts_with('.');
    if (entry->is_directory(unreachable)) {
      if (hidden) entry.disable_recursion_pending();
    } else if (!hidden && photo::has_picture_extension(path)) {
      found.push_back(path.lexically_relative(folder));
    }
  }
  if (problem) failures.emplace_back(kind_of_errno(problem), folder.string(), "cannot be read: " + problem.message());
  std::ranges::sort(found);
  return found;
}

// The originals by their names, with and without extension.
class Originals {
 public:
  explicit Originals(const std::vector<fs::path>& names) {
    for (const fs::path& name : names) {
      names_.insert(name);
      by_stem_[name.parent_path() / name.stem()].push_back(name);
    }
  }

  // Those that the result may belong to: one, if all is well.
  std::vector<fs::path> of(const fs::path& result) const {
    std::string stem = result.stem().string();
    if (stem.ends_with(result_mark)) stem.resize(stem.size() - result_mark.size());
    const fs::path unmarked = result.parent_path() / stem;
    for (const fs::path& name : {result, unmarked}) {
      if (names_.contains(name)) return {name};
    }
    const auto found = by_stem_.find(unmarked);
    return found == by_stem_.end() ? std::vector<fs::path>{} : found->second;
  }

 private:
  std::set<fs::path> names_;
  std::map<fs::path, std::vector<fs::path>> by_stem_;
};

void expect_pictures(const fs::path& folder, const std::vector<fs::path>& names, const std::vector<Error>& failures) {
  if (!names.empty()) return;
  if (!failures.empty()) throw Error(failures.front());
  throw Error(ErrorKind::not_found, folder.string(), "holds no pictures");
}

}  // namespace

PicturePairs pair_pictures(const fs::path& results, const fs::path& originals) {
  std::error_code unreachable;  // then it counts as a file, and opening it says why
  const bool folder = fs::is_directory(results, unreachable);
  if (folder != fs::is_directory(originals, unreachable)) {
    throw Error(ErrorKind::invalid, results.string(),
                std::string("is a ") + (folder ? "folder" : "file") + ", but " + originals.string() + " is a " +
                    (folder ? "file" : "folder"),
                "give two files or two folders");
  }
  if (!folder) return {.pairs = {{results, originals}}, .failures = {}};

  PicturePairs result;
  const std::vector<fs::path> original_names = pictures_below(originals, result.failures);
  expect_pictures(originals, original_names, result.failures);
  const std::vector<fs::path> result_names = pictures_below(results, result.failures);
  expect_pictures(results, result_names, result.failures);

  const Originals index(original_names);
  std::set<fs::path> used;
  for (const fs::path& name : result_names) {
    const std::vector<fs::path> found = index.of(name);
    if (found.size() == 1) {
      used.insert(found.front());
      result.pairs.push_back({results / name, originals / found.front()});
    } else if (found.empty()) {
      result.failures.emplace_back(ErrorKind::not_found, (results / name).string(),
                                   "has no original of its name in " + originals.string());
    } else {
      result.failures.emplace_back(
          ErrorKind::invalid, (results / name).string(),
          "could belong to " + (originals / found[0]).string() + " or to " + (originals / found[1]).string(),
          "rename one of the two");
    }
  }
  result.without_result = original_names.size() - used.size();
  return result;
}

}  // namespace colourize::apps
