// What a caller may choose of a written picture.
#pragma once

#include <cstdint>
#include <map>
#include <string>

namespace colourize::photo {

// Both compressions take each row's differences from pixel to pixel (TIFF's predictor 2), and lose nothing.
enum class TiffCompression : std::uint8_t { none, lzw, deflate };

struct EncodeOptions {
  TiffCompression tiff_compression = TiffCompression::deflate;
  bool big_tiff = false;       // 64-bit offsets (BigTIFF) also where the file fits into 4 GB
  bool webp_lossless = false;  // otherwise quality 95, with chroma at half its size
  bool jxl_lossless = false;   // otherwise what libjxl's programs take for quality 95
};

// Their names, for people.
const std::map<std::string, TiffCompression>& tiff_compressions();

}  // namespace colourize::photo
