#include "film/video/extensions.h"

#include <algorithm>
#include <array>
#include <map>
#include <string>
#include <string_view>

#include "engine/photo/signature.h"

namespace colourize::film {
namespace {

constexpr std::string_view journal_extension = ".journal";

}  // namespace

const char* container_name(const std::filesystem::path& path) {
  static const std::map<std::string, const char*> names{
      {".mkv", "matroska"}, {".mp4", "mp4"}, {".m4v", "mp4"}, {".mov", "mov"}, {".avi", "avi"}};
  const auto found = names.find(photo::lower_extension(path));
  return found == names.end() ? nullptr : found->second;
}

bool has_film_extension(const std::filesystem::path& path) {
  constexpr std::array<std::string_view, 21> read_only{".webm", ".ts",  ".nut", ".mpg", ".mpeg", ".m2v",  ".m2ts",
                                                       ".mts",  ".vob", ".wmv", ".asf", ".flv",  ".ogv",  ".3gp",
                                                       ".3g2",  ".dv",  ".mxf", ".y4m", ".rm",   ".divx", ".qt"};
  return container_name(path) != nullptr ||
         std::ranges::find(read_only, photo::lower_extension(path)) != read_only.end();
}

std::filesystem::path journal_folder(const std::filesystem::path& target) {
  return target.string() + std::string(journal_extension);
}

bool is_journal(const std::filesystem::path& folder) {
  return folder.extension() == journal_extension && container_name(folder.stem()) != nullptr;
}

}  // namespace colourize::film
