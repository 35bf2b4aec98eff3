#include "engine/photo/formats/jpeg_process.h"

#include "engine/photo/formats/jpeg_segments.h"
#include "engine/photo/formats/stored_number.h"

namespace colourize::photo {
namespace {

// ITU T.81, table B.1.
constexpr unsigned first_frame = 0xC0;
constexpr unsigned last_frame = 0xCF;
constexpr unsigned huffman_tables = 0xC4;
constexpr unsigned reserved = 0xC8;
constexpr unsigned arithmetic_conditioning = 0xCC;
constexpr unsigned frame_of_jpeg_ls = 0xF7;  // ITU T.87

bool is_frame(unsigned marker) {
  return (marker >= first_frame && marker <= last_frame && marker != huffman_tables && marker != reserved &&
          marker != arithmetic_conditioning) ||
         marker == frame_of_jpeg_ls;
}

const char* name_of(unsigned frame, unsigned bits) {
  switch (frame) {
    case frame_of_jpeg_ls:
      return "JPEG-LS";
    case 0xC3:
    case 0xCB:
      return "lossless JPEG";
    case 0xC5:
    case 0xC6:
    case 0xC7:
    case 0xCD:
    case 0xCE:
    case 0xCF:
      return "hierarchical JPEG";
    default:
      return bits == 12 ? "12-bit JPEG" : nullptr;
  }
}

}  // namespace

const char* unread_process(std::span<const std::byte> jpeg) {
  const char* name = nullptr;
  for_each_jpeg_segment(jpeg, [&](const JpegSegment& found) {
    if (!is_frame(found.marker)) return true;
    name = name_of(found.marker, big_endian(found.data, 0, 1).value_or(0));
    return false;
  });
  return name;
}

}  // namespace colourize::photo
