// The header of a DPX (SMPTE 268M-2003), checked against the file's length.
#pragma once

#include <bit>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "engine/photo/density.h"
#include "engine/photo/film_tones.h"

namespace colourize::photo {

struct DpxHeader {
  // How samples lie in words of 32 or 16 bits.
  enum class Packing : std::uint8_t {
    packed,       // one after another from the lowest bit of a word of 32 bits; 8 and 16 bits in their order
    filled_high,  // method A: three of 10 bits in 32, or one of 12 bits in 16, at the upper end
    filled_low    // method B: at the lower end
  };

  std::endian order = std::endian::big;
  int width = 0;
  int height = 0;
  int channels = 1;       // 1 luma, 3 R G B, 4 R G B A
  bool reversed = false;  // A B G R
  unsigned bits = 8;      // 8, 10, 12 or 16
  Packing packing = Packing::packed;
  std::size_t data = 0;       // where the first row begins
  std::size_t row_bytes = 0;  // from a row to the next
  int rows = 0;               // that are whole in the file, at most `height`
  int orientation = 1;        // Exif's value
  unsigned transfer = 0;      // as the header has it
  std::optional<Density> density = {};
  std::string creator;
  std::vector<std::string> facts;  // what else it says of the film, by name
};

// True for the bytes of a DPX, of either order.
bool is_dpx(std::span<const std::byte> file);

// Throws Error `damaged`, or `unsupported` for kinds that are not read.
DpxHeader read_dpx_header(std::span<const std::byte> file, const std::string& name);

// Of a header alone, which read_dpx_header() has read before.
struct DpxSummary {
  std::endian order;
  unsigned bits;
  std::optional<FilmTransfer> transfer;  // as stated_transfer()
};
DpxSummary summary_of_dpx(std::span<const std::byte> header, const std::string& name);

// What the header's transfer characteristic says; none where it says nothing (0, user-defined, and the like).
std::optional<FilmTransfer> stated_transfer(const DpxHeader& header);

}  // namespace colourize::photo
