// What a JPEG 2000's headers state, of a file in boxes (ISO/IEC 15444-1, annex I) and of a bare codestream (annex A),
// checked before OpenJPEG sees it: it takes memory by what they state.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "engine/photo/boxes.h"
#include "engine/photo/formats/format.h"

namespace colourize::photo {

struct Jpeg2000Layout {
  enum class Colours : std::uint8_t { grey, rgb, ycc, inks };
  struct Component {
    unsigned bits = 8;  // 1 to 16
    bool with_sign = false;
    unsigned horizontal = 1;  // columns of the reference grid for a sample
    unsigned vertical = 1;    // rows of it
  };
  // Colours that a component's numbers stand for.
  struct Palette {
    std::vector<unsigned> bits;         // of each column, 1 to 16
    std::vector<std::uint16_t> values;  // row after row
    std::size_t rows() const { return values.size() / bits.size(); }
  };
  struct Channel {
    std::size_t component = 0;
    std::optional<std::size_t> column = {};  // of the palette
  };

  int width = 0;
  int height = 0;
  std::vector<Component> components;  // 1 to 4
  std::optional<Palette> palette = {};
  Colours colours = Colours::grey;
  std::vector<Channel> channels;  // the colours in their order, then alpha where there is one
  bool alpha = false;
  bool multiplied = false;  // colours with alpha
  bool deep = false;        // a channel has more than 8 bits
  std::size_t further = 0;  // channels that are left out

  std::span<const std::byte> codestream;  // as far as its tiles were found; the rest is no use
  // Where in it a tile states its length (Psot, A.4.2) that ends before that. OpenJPEG would take memory for it.
  std::optional<std::size_t> length_of_cut_tile = {};
  bool whole = true;                   // false: the file lacks a tile, or ends before its last one does
  std::vector<Box> boxes = {};         // of the file; none of a bare codestream
  std::vector<Box> header_boxes = {};  // those in its jp2h

  unsigned colour_channels() const { return colours == Colours::grey ? 1 : colours == Colours::inks ? 4 : 3; }
  StoredSize stored_size() const;
};

// Borrows the file's bytes. Throws Error: `damaged`; `unsupported` for more than 16 bits a sample, and for colours that
// are not read.
Jpeg2000Layout read_jpeg_2000_layout(std::span<const std::byte> file, const std::string& name);

// True where the bytes begin a file in boxes; true where they begin a bare codestream.
bool is_jpeg_2000_file(std::span<const std::byte> file);
bool is_jpeg_2000_codestream(std::span<const std::byte> file);

}  // namespace colourize::photo
