// The segments of a JPEG before its first scan (ITU T.81, annex B).
#pragma once

#include <cstddef>
#include <functional>
#include <span>
#include <vector>

namespace colourize::photo {

// Markers (table B.1).
namespace jpeg {
constexpr unsigned first_restart = 0xD0;
constexpr unsigned start_of_image = 0xD8;
constexpr unsigned end_of_image = 0xD9;
constexpr unsigned start_of_scan = 0xDA;
constexpr unsigned app0 = 0xE0;
constexpr unsigned app1 = 0xE1;
constexpr unsigned app2 = 0xE2;
constexpr unsigned app15 = 0xEF;
constexpr unsigned comment = 0xFE;
constexpr unsigned temporary = 0x01;
}  // namespace jpeg

struct JpegSegment {
  unsigned marker = 0;
  std::span<const std::byte> data;
  std::size_t end = 0;  // in the file
};

// Calls visit(segment) for one after the other, as long as that returns true and the segments are whole.
void for_each_jpeg_segment(std::span<const std::byte> file, const std::function<bool(const JpegSegment&)>& visit);

// Where the segments that are about the picture and not of it end: before the first one that is neither an
// application's nor a comment.
std::size_t end_of_jpeg_metadata(std::span<const std::byte> file);

// The ICC profile (ICC.1:2022, B.4), which may lie in several segments; empty where there is none, or not all of it.
std::vector<std::byte> jpeg_profile(std::span<const std::byte> file);

}  // namespace colourize::photo
