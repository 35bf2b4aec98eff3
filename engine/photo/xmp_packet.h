// The orientation in an XMP packet that no parser takes, by looking for its property.
#pragma once

#include <string>
#include <string_view>

namespace colourize::photo {

// tiff:Orientation (XMP Specification Part 2, 2.4), as an attribute or an element, 1 to 8; 0 where there is none.
int xmp_orientation(std::string_view packet);

// The packet with 1 in place of every such value, and no other byte changed.
std::string with_upright_orientation(std::string packet);

}  // namespace colourize::photo
