// The print sizes that files state whose pixels stb_image reads; it does not look at these.
#pragma once

#include <cstddef>
#include <optional>
#include <span>

#include "engine/photo/density.h"

namespace colourize::photo {

// Both return none where the file states no density, or one that makes no sense. The file may be damaged.
std::optional<Density> bmp_density(std::span<const std::byte> file);
std::optional<Density> psd_density(std::span<const std::byte> file);

}  // namespace colourize::photo
