// Settles what a decoded picture's numbers mean, before anything looks at them.
#pragma once

#include <optional>
#include <string>

#include "engine/photo/colour_space.h"
#include "engine/photo/photo.h"
#include "system/warnings.h"

namespace colourize::photo {

// Takes the profile of the photo's metadata, and where it has none, `stated`.
//   A grey source (`grey`) in other tones than sRGB's: converts the samples to sRGB, rounded to the nearest of the
//   photo's own depth, and gives the photo sRGB's profile.
//   RGB in another space than sRGB: keeps the samples, and sets Photo::space. Where `stated` says so, the photo gets a
//   profile of it, because no other format can state it so. Where the space cannot be converted to, as with many
//   scanners' profiles, converts the samples to sRGB.
//   A profile that cannot be read: the samples stay.
// Everything that changes samples or leaves a profile out gives one warning, which names the picture `name`.
void settle_tones(Photo& photo, bool grey, const std::optional<StatedColours>& stated, const std::string& name,
                  const Warn& warn);

}  // namespace colourize::photo
