#include "engine/photo/formats/inks.h"

#include <algorithm>
#include <array>

namespace colourize::photo {
namespace {

constexpr std::size_t pixels_at_once = 1024;

// Between depths of samples; from 16 to 8 bits, to the nearest.
template <typename To, typename From>
To scaled(From sample) {
  constexpr std::uint32_t from_white = std::numeric_limits<From>::max();
  constexpr std::uint32_t to_white = std::numeric_limits<To>::max();
  return static_cast<To>((std::uint32_t{sample} * to_white + from_white / 2) / from_white);
}

}  // namespace

InkConversion::InkConversion(std::span<const std::byte> profile) {
  if (profile.empty()) return;
  const auto space = ColourSpace::of_profile(profile);
  if (space != nullptr && space->kind() == ColourSpace::Kind::inks) conversion_ = space->inks_to_srgb();
}

template <typename Sample>
void InkConversion::run(std::span<const Sample> from, std::span<Sample> to) const {
  if (!conversion_) return mix_inks(from, to);
  std::array<std::uint16_t, inks * pixels_at_once> stored{};
  std::array<std::uint16_t, 3 * pixels_at_once> converted{};
  const std::size_t pixels = to.size() / 3;
  for (std::size_t done = 0; done < pixels; done += pixels_at_once) {
    const std::size_t count = std::min(pixels_at_once, pixels - done);
    std::ranges::transform(from.subspan(inks * done, inks * count), stored.begin(), scaled<std::uint16_t, Sample>);
    conversion_->run(stored.data(), converted.data(), count);
    std::ranges::transform(std::span(converted).first(3 * count), to.subspan(3 * done).begin(),
                           scaled<Sample, std::uint16_t>);
  }
}

template void InkConversion::run(std::span<const std::uint8_t>, std::span<std::uint8_t>) const;
template void InkConversion::run(std::span<const std::uint16_t>, std::span<std::uint16_t>) const;

void InkConversion::warn_of(const std::string& name, const Warn& warn) const {
  if (by_profile()) return warn(name + ": its inks were converted by its ICC profile to sRGB");
  warn(name +
       ": its inks become RGB by what each of them lets through, not by an ICC profile; colours may differ a little");
}

}  // namespace colourize::photo
