#include "engine/photo/formats/jpeg_segments.h"

#include <map>
#include <string_view>

namespace colourize::photo {

void for_each_jpeg_segment(std::span<const std::byte> file, const std::function<bool(const JpegSegment&)>& visit) {
  const auto byte = [&](std::size_t at) { return std::to_integer<unsigned>(file[at]); };
  for (std::size_t at = 2; at + 1 < file.size();) {
    if (byte(at) != 0xFF) return;
    const unsigned marker = byte(at + 1);
    if (marker == 0xFF) {  // any number of them fill up before a marker (B.1.1.2)
      ++at;
      continue;
    }
    if (marker == 0 || marker == jpeg::start_of_scan || marker == jpeg::end_of_image) return;
    if (marker == jpeg::temporary || (marker >= jpeg::first_restart && marker <= jpeg::start_of_image)) {
      at += 2;  // it has no data
      continue;
    }
    if (at + 4 > file.size()) return;
    const std::size_t length = byte(at + 2) << 8U | byte(at + 3);
    if (length < 2 || length > file.size() - at - 2) return;
    const JpegSegment segment{.marker = marker, .data = file.subspan(at + 4, length - 2), .end = at + 2 + length};
    if (!visit(segment)) return;
    at = segment.end;
  }
}

std::size_t end_of_jpeg_metadata(std::span<const std::byte> file) {
  std::size_t end = 2;
  for_each_jpeg_segment(file, [&](const JpegSegment& found) {
    const bool metadata = (found.marker >= jpeg::app0 && found.marker <= jpeg::app15) || found.marker == jpeg::comment;
    if (metadata) end = found.end;
    return metadata;
  });
  return end;
}

std::vector<std::byte> jpeg_profile(std::span<const std::byte> file) {
  using namespace std::string_view_literals;
  constexpr auto mark = "ICC_PROFILE\0"sv;  // then the part's number, from 1, and how many there are
  std::map<unsigned, std::span<const std::byte>> parts;
  std::size_t count = 0;
  for_each_jpeg_segment(file, [&](const JpegSegment& found) {
    const std::string_view text(reinterpret_cast<const char*>(found.data.data()), found.data.size());  // NOLINT: bytes
    if (found.marker != jpeg::app2 || !text.starts_with(mark) || text.size() < mark.size() + 2) return true;
    count = std::to_integer<std::size_t>(found.data[mark.size() + 1]);
    parts.emplace(std::to_integer<unsigned>(found.data[mark.size()]), found.data.subspan(mark.size() + 2));
    return true;
  });
  std::vector<std::byte> profile;
  if (parts.size() != count || (count > 0 && (parts.begin()->first != 1 || parts.rbegin()->first != count))) return {};
  for (const auto& [number, part] : parts) profile.insert(profile.end(), part.begin(), part.end());
  return profile;
}

}  // namespace colourize::photo
