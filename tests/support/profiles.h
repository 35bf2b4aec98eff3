// ICC profiles as Little CMS builds them.
#pragma once

#include <lcms2.h>

#include <array>
#include <cstddef>
#include <vector>

namespace colourize::tests {

// The profile's bytes; closes it.
inline std::vector<std::byte> saved(cmsHPROFILE profile) {
  cmsUInt32Number size = 0;
  cmsSaveProfileToMem(profile, nullptr, &size);
  std::vector<std::byte> bytes(size);
  cmsSaveProfileToMem(profile, bytes.data(), &size);
  cmsCloseProfile(profile);
  return bytes;
}

inline std::vector<std::byte> grey_profile(double gamma) {
  cmsToneCurve* curve = cmsBuildGamma(nullptr, gamma);
  std::vector<std::byte> bytes = saved(cmsCreateGrayProfile(cmsD50_xyY(), curve));
  cmsFreeToneCurve(curve);
  return bytes;
}

inline std::vector<std::byte> rgb_profile(const cmsCIExyY& white, const cmsCIExyYTRIPLE& primaries, double gamma) {
  cmsToneCurve* curve = cmsBuildGamma(nullptr, gamma);
  const std::array<cmsToneCurve*, 3> curves{curve, curve, curve};
  std::vector<std::byte> bytes = saved(cmsCreateRGBProfile(&white, &primaries, curves.data()));
  cmsFreeToneCurve(curve);
  return bytes;
}

constexpr cmsCIExyY d65{0.3127, 0.3290, 1};
// ROMM RGB (ISO 22028-2), Adobe RGB (1998), and P3's primaries (SMPTE RP 431-2) with a gamma of 2.2.
inline std::vector<std::byte> prophoto_profile() {
  return rgb_profile({0.3457, 0.3585, 1}, {{0.7347, 0.2653, 1}, {0.1596, 0.8404, 1}, {0.0366, 0.0001, 1}}, 1.8);
}
inline std::vector<std::byte> adobe_profile() {
  return rgb_profile(d65, {{0.64, 0.33, 1}, {0.21, 0.71, 1}, {0.15, 0.06, 1}}, 563.0 / 256);
}
inline std::vector<std::byte> display_p3_profile() {
  return rgb_profile(d65, {{0.68, 0.32, 1}, {0.265, 0.69, 1}, {0.15, 0.06, 1}}, 2.2);
}

}  // namespace colourize::tests
