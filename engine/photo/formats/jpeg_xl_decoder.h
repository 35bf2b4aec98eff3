// libjxl's decoding of the first picture of a JPEG XL, and of the boxes around it.
#pragma once

#include <jxl/codestream_header.h>

#include <cstddef>
#include <functional>
#include <optional>
#include <span>
#include <string>
#include <variant>
#include <vector>

#include "engine/photo/metadata_blocks.h"
#include "engine/photo/photo.h"

namespace colourize::photo {

// What libjxl says of a picture before it decodes it; upright. None where the header cannot be read.
std::optional<JxlBasicInfo> read_jpeg_xl_header(std::span<const std::byte> file);

enum class JpegXlSamples : std::uint8_t { bytes, words, floats };
JpegXlSamples jpeg_xl_samples(const JxlBasicInfo& header);

struct DecodedJpegXl {
  enum class Outcome : std::uint8_t { whole, part, none };
  Outcome outcome = Outcome::none;
  bool cut_short = false;  // the file ends too early
  JxlBasicInfo header{};
  std::variant<Raster8, Raster16, Raster<float>> pixels;  // by jpeg_xl_samples()
  std::vector<std::byte> profile;  // of these pixels; empty: sRGB's colours, or grey in its tones
  bool colours_are_known = true;   // false: neither by a profile nor otherwise
  bool has_black_ink = false;      // its colours are inks
  MetadataBlocks metadata;
  std::vector<std::string> other_boxes;  // four characters each
};

// Decodes the first picture, or of a file that ends early a part of it. `fits` is asked before memory is taken for the
// header's size, and may throw. Throws std::bad_alloc.
DecodedJpegXl decode_jpeg_xl(std::span<const std::byte> file, const std::function<void(const JxlBasicInfo&)>& fits);

}  // namespace colourize::photo
