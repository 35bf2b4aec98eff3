// The boxes of which JPEG 2000 (ISO/IEC 15444-1, I.4) and JPEG XL (ISO/IEC 18181-2, 4) make their files.
#pragma once

#include <cstddef>
#include <initializer_list>
#include <span>
#include <string_view>
#include <vector>

namespace colourize::photo {

// Borrows the bytes in which it lies.
struct Box {
  std::string_view type;  // four characters
  std::span<const std::byte> content;
  std::size_t place = 0;  // of its header, in those bytes
  bool whole = true;      // false where the bytes end before the box does; `content` has what is there
};

// The boxes that follow each other in these bytes, at most 1000. Stops at what is no box.
std::vector<Box> boxes_in(std::span<const std::byte> bytes);

// Writes a box behind `to`. Throws std::length_error where the content has 4 GB.
void append_box(std::vector<std::byte>& to, std::string_view type, std::span<const std::byte> content);

// Puts these bytes, which are boxes, before the first box of one of these types; at the file's end where there is none.
void insert_boxes_before(std::vector<std::byte>& file, std::initializer_list<std::string_view> types,
                         std::span<const std::byte> boxes);

}  // namespace colourize::photo
