// The run lengths of BMP and PSD, taken apart. The data may be hostile: nothing outside of `from` and `to` is touched.
#pragma once

#include <cstddef>
#include <span>

namespace colourize::photo {

// BMP's RLE8 and RLE4 (Microsoft, "Bitmap Compression"). bits: 8 or 4 a pixel. `to`: a byte for each pixel, rows of
// `width` pixels in the file's order, all 0 before; pixels that the data skips stay 0. Returns false where the data
// end before the mark of their end and before the last pixel.
bool take_bmp_runs_apart(std::span<const std::byte> from, unsigned bits, std::size_t width, std::span<std::byte> to);

// PackBits (Apple Technical Note TN1023), as in PSD. Fills `to`; returns false where the data end before it is full.
bool take_packed_bits_apart(std::span<const std::byte> from, std::span<std::byte> to);

}  // namespace colourize::photo
