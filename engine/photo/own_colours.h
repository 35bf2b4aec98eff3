// Whether a picture has colours already, which colouring replaces.
#pragma once

#include <string>

#include "engine/photo/photo.h"
#include "system/warnings.h"

namespace colourize::photo {

// How far a picture's colours are from those of a toned print, whose colour depends on luma alone: sepia, cyanotype,
// split tones, a yellow scan. Of the opponent channels rg = R - G and yb = (R + G) / 2 - B of sRGB, 0 to 255 (Hasler &
// Süsstrunk 2003, "Measuring colourfulness in natural images"), this is sqrt(var rg + var yb) among pixels of the same
// luma, to a 64th of its range. 0 for a grey picture. Looks at up to 512 x 512 pixels of a grid over the photo.
double colour_beyond_tone(const Photo& photo);

// The least colour_beyond_tone() of a picture in colour. Those authors' people called a picture of 15 "slightly
// colourful", by a figure that has tones and tint in it too. Of eight toned and faded prints of 1860 to 1928, the
// highest has 5.0; the astronaut of the tests has 15.3. Nearer to colour, because a warning about a toned print would
// be wrong.
constexpr double least_colour = 13;

// Warns that the picture `name` has colours of its own, which will be replaced. Returns whether it has.
bool warn_of_own_colours(const Photo& photo, const std::string& name, const Warn& warn);

}  // namespace colourize::photo
