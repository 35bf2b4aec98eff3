#include "engine/photo/formats/jpeg_process.h"

#include "engine/photo/formats/stored_number.h"

namespace colourize::photo {
namespace {

// ITU T.81, table B.1.
constexpr unsigned first_frame = 0xC0;
constexpr unsigned last_frame = 0xCF;
constexpr unsigned huffman_tables = 0xC4;
constexpr unsigned reserved = 0xC8;
constexpr unsigned arithmetic_conditioning = 0xCC;
constexpr unsigned first_restart = 0xD0;
constexpr unsigned end_of_image = 0xD9;
constexpr unsigned start_of_scan = 0xDA;
constexpr unsigned temporary = 0x01;
constexpr unsigned frame_of_jpeg_ls = 0xF7;  // ITU T.87

bool is_frame(unsigned marker) {
  return (marker >= first_frame && marker <= last_frame && marker != huffman_tables && marker != reserved &&
          marker != arithmetic_conditioning) ||
         marker == frame_of_jpeg_ls;
}

bool stands_alone(unsigned marker) {
  return marker == temporary || (marker >= first_restart && marker <= end_of_image);
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
  for (std::size_t at = 2; at < jpeg.size();) {
    // Any number of FF fill up before a marker (B.1.1.2).
    if (jpeg[at] != std::byte{0xFF}) return nullptr;
    while (at < jpeg.size() && jpeg[at] == std::byte{0xFF}) ++at;
    const auto marker = big_endian(jpeg, at, 1);
    ++at;
    if (!marker || *marker == 0 || *marker == start_of_scan || *marker == end_of_image) return nullptr;
    if (stands_alone(*marker)) continue;
    const auto length = big_endian(jpeg, at, 2);
    if (!length) return nullptr;
    if (is_frame(*marker)) return name_of(*marker, big_endian(jpeg, at + 2, 1).value_or(0));
    at += *length;
  }
  return nullptr;
}

}  // namespace colourize::photo
