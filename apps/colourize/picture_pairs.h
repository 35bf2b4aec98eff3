// Which original belongs to each coloured picture.
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
  std::vector<PicturePair> pairs;  // in the order of the results' names
  std::vector<Error> failures;     // results whose original is missing or ambiguous; folders that cannot be read
  std::size_t without_result = 0;  // originals without a result
};

// Two files form a pair, whatever their names. Of two folders, this searches for pictures recursively, and skips hidden
// files and symbolic links to folders. A result belongs to the original in the same subfolder that it is named after:
// photo.jpg belongs to photo.jpg, or else to photo.png or another extension; photo.colour.jpg and photo.bmp.colour.png
// are names that `colourize` gives its results. Throws Error when one is a file and the other a folder, or when one of
// them holds no picture.
PicturePairs pair_pictures(const std::filesystem::path& results, const std::filesystem::path& originals);

}  // namespace colourize::apps
