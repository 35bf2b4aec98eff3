// A TIFF's stored samples, decoded.
#pragma once

#include <string>

#include "engine/photo/formats/tiff_layout.h"

namespace colourize::photo {

// What was decoded before libtiff reported damage.
struct TiffRows {
  int sound = 0;  // the first rows of the picture that are whole
  bool damaged = false;
};

// Decodes the page at which the source is into `raster`, which has the layout's size and a channel for each sample of
// the colour, and one more for alpha where there is one. Samples have the layout's meaning (inverted grey, inks, the
// number of a palette's colour), scaled to the full range of Sample, but a palette's numbers as they are; Sample is
// float for floating-point numbers, which stay as they are. Not for Colours::library. Throws Error `damaged` where no
// memory can be taken for what the header says.
template <typename Sample>
TiffRows decode_tiff_samples(const TiffSource& source, const TiffLayout& layout, const std::string& name,
                             Raster<Sample>& raster);

// The page as 8-bit RGB, as libtiff converts it, for Colours::library.
TiffRows decode_tiff_by_library(const TiffSource& source, const TiffLayout& layout, Raster8& raster);

}  // namespace colourize::photo
