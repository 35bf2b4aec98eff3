// Finds skin in an original, and blue in what was coloured.
#pragma once

#include "engine/photo/figures/cielab.h"

namespace colourize::photo {

// Whether a colour of sRGB, 0 to 255 a channel, is one that skin has. It is where two published rules agree:
//   Chai and Ngan 1999, "Face segmentation using skin-color map in videophone applications": Cb of 77 to 127 and Cr of
//   133 to 173, in H.261's samples (BT.601, 8 bits, 16 to 240), for skin of any origin and at any luma;
//   Kovac, Peer and Solina 2003, "Human skin colour clustering for face detection", for daylight: R > 95, G > 40,
//   B > 20, max - min > 15, |R - G| > 15, R > G, R > B.
// The first alone takes warm grey walls for skin, the second alone orange clothes. A colour is all that either looks
// at: fur, wood and sand may pass for skin; skin in deep shadow, and the palest and the darkest, do not.
bool is_skin(int red, int green, int blue);

// The least share of skin among a picture's pixels that a figure of skin is taken from; with less, a few pixels of
// something else would decide.
inline constexpr double least_skin = 0.01;

// Whether an eye would call this colour blue. Its hue angle in CIELAB lies between 207 degrees, where Munsell's
// family blue begins (10BG), and 307 degrees: purple-blue ends (10PB) at 298, but CIELAB bends vivid blues towards
// purple, so that sRGB's pure blue lies at 306. Its chroma is at least 8, about that of Munsell's palest
// blue chips (/2), so that a grey is never blue. Munsell's chips are those of Newhall, Nickerson and Judd 1943, value 5
// (tests/oracle/skin_and_blue.py).
bool is_blue(const Lab& colour);

}  // namespace colourize::photo
