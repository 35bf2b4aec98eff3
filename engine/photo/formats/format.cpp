#include "engine/photo/formats/format.h"

#include <algorithm>
#include <limits>

#include "system/error.h"

namespace colourize::photo {
namespace {

std::string in_brackets(const char* reason) {
  return reason == nullptr || *reason == '\0' ? std::string() : " (" + std::string(reason) + ")";
}

std::string damaged(std::string_view format) {
  const bool vowel = std::string_view("AEIO").find(format.front()) != std::string_view::npos;
  return (vowel ? "is an " : "is a ") + std::string(format) + " that is damaged or truncated";
}

}  // namespace

void refuse_damaged(const std::string& name, std::string_view format, const char* reason) {
  throw Error(ErrorKind::damaged, name, damaged(format) + in_brackets(reason), "copy or scan it again");
}

void refuse_incomplete(const std::string& name, std::string_view format, const char* reason) {
  throw Error(ErrorKind::incomplete, name, damaged(format) + in_brackets(reason), "copy or scan it again");
}

void refuse_header(const std::string& name, std::string_view format, const char* reason) {
  throw Error(ErrorKind::damaged, name, damaged(format) + ", or of an unsupported kind" + in_brackets(reason),
              "save it as an RGB JPEG or PNG");
}

template <typename Sample>
void leave_grey(Raster<Sample>& raster, int first) {
  constexpr Sample white = std::numeric_limits<Sample>::max();
  constexpr Sample grey = white / 2 + 1;
  const bool alpha = raster.channels == 2 || raster.channels == 4;
  const auto channels = static_cast<std::size_t>(raster.channels);
  for (int y = first; y < raster.height; ++y) {
    const auto row = raster.row(y);
    std::ranges::fill(row, grey);
    for (std::size_t i = channels - 1; alpha && i < row.size(); i += channels) row[i] = white;
  }
}

template void leave_grey(Raster8&, int);
template void leave_grey(Raster16&, int);

}  // namespace colourize::photo
