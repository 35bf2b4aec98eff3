#include "engine/photo/tones.h"

#include <cmath>
#include <limits>
#include <type_traits>
#include <utility>
#include <vector>

#include "engine/photo/wide_gamut.h"

namespace colourize::photo {
namespace {

// To the nearest sample; alpha stays.
template <class Sample>
void apply(const std::vector<double>& curve, Raster<Sample>& raster) {
  constexpr double white = std::numeric_limits<Sample>::max();
  std::vector<Sample> table(curve.size());
  for (std::size_t i = 0; i < curve.size(); ++i) table[i] = static_cast<Sample>(std::lround(white * curve[i]));
  const auto channels = static_cast<std::size_t>(raster.channels);
  for (std::size_t i = 0; i < raster.samples.size(); i += channels) {
    for (std::size_t c = i; c < i + 3; ++c) raster.samples[c] = table[raster.samples[c]];
  }
}

// Returns false where the space has no curve.
bool convert_grey(Photo& photo, const ColourSpace& space) {
  return std::visit(
      [&](auto& raster) {
        using Sample = typename std::decay_t<decltype(raster.samples)>::value_type;
        const std::vector<double> curve = space.grey_as_srgb(std::size_t{std::numeric_limits<Sample>::max()} + 1);
        if (curve.empty()) return false;
        apply(curve, raster);
        return true;
      },
      photo.pixels);
}

void settle_grey(Photo& photo, const ColourSpace& space, const char* source, const std::string& name,
                 const Warn& warn) {
  if (!convert_grey(photo, space)) {
    photo.metadata = photo.metadata.with_profile({});
    warn(name + ": " + source + " has no curve that can be read and is left out; the samples stay as they are");
    return;
  }
  photo.metadata = photo.metadata.with_profile(srgb_profile());
  warn(name + ": its grey samples were converted by " + source + " to sRGB");
}

void settle_rgb(Photo& photo, std::shared_ptr<const ColourSpace> space, const std::string& name, const Warn& warn) {
  if (!space->to_srgb()) {
    warn(name + ": its ICC profile cannot be used and is carried over as it is; its numbers are taken for sRGB's");
    return;
  }
  if (space->is_srgb()) return;
  const bool both_ways = space->from_srgb().has_value();
  photo.space = std::move(space);
  if (both_ways) return;
  photo = as_srgb(photo);
  photo.metadata = photo.metadata.with_profile(srgb_profile());
  warn(name + ": its ICC profile gives no way back from colours to samples; the samples were converted to sRGB");
}

void settle_profile(Photo& photo, bool grey, const std::string& name, const Warn& warn) {
  auto space = ColourSpace::of_profile(photo.metadata.profile());
  if (space == nullptr) {
    photo.metadata = photo.metadata.with_profile({});
    warn(name + ": its ICC profile cannot be read and is left out; the samples stay as they are");
    return;
  }
  if (space->kind() == ColourSpace::Kind::rgb) return settle_rgb(photo, std::move(space), name, warn);
  if (space->kind() == ColourSpace::Kind::grey && grey)
    return settle_grey(photo, *space, "its ICC profile", name, warn);
  photo.metadata = photo.metadata.with_profile({});
  warn(name + ": its ICC profile is not for RGB and is left out");
}

}  // namespace

void settle_tones(Photo& photo, bool grey, const std::optional<StatedColours>& stated, const std::string& name,
                  const Warn& warn) {
  if (!photo.metadata.profile().empty()) return settle_profile(photo, grey, name, warn);
  if (!stated) return;
  if (grey && !stated->gamma) return;  // it has no primaries
  const auto space = grey ? ColourSpace::of_grey_gamma(*stated->gamma) : ColourSpace::of_stated(*stated);
  if (space == nullptr) {
    warn(name + ": the chunks that state its colours make no sense and are left out; the samples stay as they are");
    return;
  }
  if (grey) return settle_grey(photo, *space, "its gAMA", name, warn);
  if (space->is_srgb()) return;
  photo.metadata = photo.metadata.with_profile(space->profile());
  photo.space = space;
}

}  // namespace colourize::photo
