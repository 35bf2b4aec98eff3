// Binary PNM (netpbm's PGM and PPM, "P5" and "P6"), read by ourselves: stb_image leaves 16-bit samples in the file's
// byte order and takes any largest value for 255 or 65535.
#pragma once

#include <cstddef>
#include <optional>
#include <span>

namespace colourize::photo {

struct PnmHeader {
  int width = 0;
  int height = 0;
  int channels = 0;      // 1 or 3
  unsigned largest = 0;  // the value of white, 1 to 65535; above 255 a sample has two bytes, the higher one first
  std::size_t data = 0;  // where the samples begin
};

// Nothing when there is no such header or a number in it is impossible.
std::optional<PnmHeader> read_pnm_header(std::span<const std::byte> file);

// Fills `to` with all samples, white at the type's largest value. Sample is uint8_t where `largest` is at most 255,
// uint16_t above. Returns false when the file ends before they do.
template <typename Sample>
bool read_pnm_samples(std::span<const std::byte> file, const PnmHeader& header, std::span<Sample> to);

}  // namespace colourize::photo
