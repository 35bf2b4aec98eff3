// Which original each coloured picture is to be measured against.
#pragma once

#include <cstddef>
#include <filesystem>
#include <vector>

#include "system/error.h"

namespace colourize::apps {

struct PicturePair {
  std::filesystem::path result;
  std::filesystem::path original;
};

struct PicturePairs {
  std::vector<PicturePair> pairs;  // by the results' names
  std::vector<Error> failures;  // results whose original is missing or could be two files, folders that cannot be read
  std::size_t without_result = 0;  // originals that no result belongs to
};

// Two files are a pair, whatever their names. Of two folders, searched recursively for pictures (hidden files, and
// symbolic links to folders, are passed over), a result belongs to the original in the same subfolder that it is named
// after: photo.jpg goes with photo.jpg, else with photo.png or another extension; photo.colour.jpg and
// photo.bmp.colour.png are named as `colourize` names its results. Throws Error when one is a file and the other a
// folder, or when there is no picture in one of them.
PicturePairs pair_pictures(const std::filesystem::path& results, const std::filesystem::path& originals);

}  // namespace colourize::apps
