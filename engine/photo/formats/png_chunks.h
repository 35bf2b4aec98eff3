// The chunks of a PNG (W3C, third edition) that are about the picture and not of it.
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <optional>
#include <span>
#include <string_view>

#include "engine/photo/colour_space.h"
#include "engine/photo/density.h"

namespace colourize::photo {

constexpr std::string_view png_mark = "\x89PNG\r\n\x1A\n";

// Each of these takes a whole file and believes none of its numbers.

struct PngChunk {
  std::size_t place = 0;  // of its length, in the file
  std::string_view kind;
  std::span<const std::byte> data;
  std::uint32_t checksum = 0;  // as the file states it, of kind and data
};

// Calls visit(chunk) for one after the other, as long as that returns true and the chunks are whole.
void for_each_png_chunk(std::span<const std::byte> file, const std::function<bool(const PngChunk&)>& visit);

// A chunk's four bytes as a number. `place` + 4 is at most the file's size.
std::uint32_t png_number(std::span<const std::byte> file, std::size_t place);

// The data of the first chunk of this kind that lies before the first of pixels; none where there is none.
std::optional<std::span<const std::byte>> find_png_chunk(std::span<const std::byte> file, std::string_view kind);

// pHYs; none where there is none that makes sense.
std::optional<Density> png_density(std::span<const std::byte> file);

// gAMA and cHRM; none where a chunk iCCP or sRGB overrides them (11.3.2), where there are none, or where they are those
// of sRGB. A gamma within 5 % of 1 / 2.2 stands for sRGB's curve, as writers mean it and libpng reads it.
std::optional<StatedColours> png_colours(std::span<const std::byte> file);

// Of an animation (11.3.6), how many frames there are beside the picture of IDAT, as acTL states them; 0 for a still
// picture. The picture is the animation's first frame where an fcTL comes before it, else none of its frames.
std::uint32_t png_other_frames(std::span<const std::byte> file);

}  // namespace colourize::photo
