// A TIFF's rows of stored numbers as samples of the full range.
#pragma once

#include <cstddef>
#include <span>

#include "engine/photo/formats/tiff_layout.h"

namespace colourize::photo {

// How many bytes a row of so many numbers takes; rows begin at a whole byte.
std::size_t tiff_row_bytes(const TiffLayout& layout, std::size_t numbers);

// `from`: tiff_row_bytes() bytes, in the processor's byte order, as libtiff gives them. What becomes of a number:
//   whole      0 to 2^bits - 1 become 0 to white, rounded to the nearest; numbers of a palette stay
//   with sign  the same from 0 to 2^(bits - 1) - 1; below 0 becomes 0
//   floating   stays; of these, Sample is float, of the others std::uint8_t (up to 8 bits) or std::uint16_t
template <typename Sample>
void read_tiff_numbers(std::span<const std::byte> from, const TiffLayout& layout, std::span<Sample> to);

}  // namespace colourize::photo
