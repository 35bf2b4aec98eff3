// How a page of a TIFF stores its picture: what its directory says, checked before anything is decoded.
//
// Source: Adobe, TIFF Revision 6.0 (1992).
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>

#include "engine/photo/formats/format.h"
#include "engine/photo/formats/tiff_file.h"

namespace colourize::photo {

struct TiffLayout {
  enum class Numbers : std::uint8_t { whole, with_sign, floating };
  // How stored samples become grey or RGB. `library`: libtiff gives 8-bit RGB of whatever it is, such as CIELAB.
  enum class Colours : std::uint8_t { grey, inverted_grey, rgb, palette, inks, library };

  int width = 0;
  int height = 0;
  unsigned bits = 0;     // of a stored sample
  unsigned samples = 0;  // stored of a pixel
  Numbers numbers = Numbers::whole;
  Colours colours = Colours::grey;
  bool apart = false;  // each sample's picture is stored by itself
  bool tiled = false;
  std::optional<unsigned> alpha;  // which sample is the opacity
  bool multiplied = false;        // colours are multiplied with it (premultiplied alpha)

  // How many samples make the colour: 1, 3 or 4.
  unsigned colour_samples() const;
  // What load() returns.
  StoredSize stored_size() const;
};

// Of the page at which the handle is. Throws Error of kind `unsupported` for what is not read, and `damaged`. Where
// JPEG's YCbCr is inside, libtiff is told to give RGB.
TiffLayout read_tiff_layout(const TiffSource& source, const std::string& name);

// Pages that are pictures of their own: neither previews of another one nor masks (NewSubfileType). Moves the handle to
// the one of this number, 0 the first, if there is one. Returns how many there are; at most 10,000 are counted.
int find_tiff_pages(const TiffSource& source, int page = 0);

// Of the page that takes the most memory. Throws Error as read_tiff_layout() does where no page can be read.
StoredSize largest_tiff_page(const TiffSource& source, const std::string& name);

// Exif's value, 1 to 8; none where the page states none or another one.
std::optional<int> tiff_orientation(TIFF* tiff);

// The page's ICC profile, as long as the handle stays at the page; empty where it has none.
std::span<const std::byte> tiff_profile(TIFF* tiff);

// None where the page states none, or one that makes no sense.
std::optional<Density> tiff_density(TIFF* tiff);

}  // namespace colourize::photo
