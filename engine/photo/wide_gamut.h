// Colours RGB pictures in a space other than sRGB, such as Adobe RGB or ProPhoto. The generators' colours are those of
// sRGB: so they are made for the picture as sRGB shows it, converted to the picture's space, and joined with its luma.
#pragma once

#include <functional>

#include "engine/photo/photo.h"

namespace colourize::photo {

// The photo as sRGB shows it, at its own depth, rounded to nearest; colours beyond sRGB end at its edge. Its metadata
// stays. A photo that has no space of its own stays as it is.
Photo as_srgb(Photo photo);

// Colours a photo that has a space: calls colour() with the photo as sRGB shows it, in 16 bits, and returns the photo
// with its own luma (Y of kernels/bt601.h, of the stored samples) and the chroma of what colour() returned, converted
// to the photo's space. Where a channel would leave its range, the pixel has less chroma, and the same luma.
Photo colour_in_space(Photo photo, const std::function<Photo(Photo)>& colour);

}  // namespace colourize::photo
