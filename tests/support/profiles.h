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

// Of four inks, as a look-up table of two points for each: no ink, and all of it. Cyan alone looks like sRGB's
// 0, 158, 224, magenta like 226, 0, 122, yellow like 255, 236, 0, black like 29, 29, 27; together they let through the
// product of their shares.
inline std::array<double, 3> colour_of_inks(double cyan, double magenta, double yellow, double black) {
  constexpr std::array<std::array<double, 3>, 4> full{{{0, 158, 224}, {226, 0, 122}, {255, 236, 0}, {29, 29, 27}}};
  const std::array amounts{cyan, magenta, yellow, black};
  std::array<double, 3> colour{255, 255, 255};
  for (std::size_t ink = 0; ink < full.size(); ++ink) {
    for (std::size_t c = 0; c < 3; ++c) colour.at(c) *= 1 - amounts.at(ink) * (1 - full.at(ink).at(c) / 255);
  }
  return colour;
}
inline std::vector<std::byte> inks_profile() {
  cmsHPROFILE srgb = cmsCreate_sRGBProfile();
  cmsHPROFILE lab = cmsCreateLab4Profile(nullptr);
  cmsHTRANSFORM to_lab =
      cmsCreateTransform(srgb, TYPE_RGB_DBL, lab, TYPE_Lab_DBL, INTENT_RELATIVE_COLORIMETRIC, cmsFLAGS_NOOPTIMIZE);
  const auto sample = [](const cmsUInt16Number* in, cmsUInt16Number* out, void* transform) -> cmsInt32Number {
    std::array<double, 3> colour = colour_of_inks(in[0] / 65535.0, in[1] / 65535.0, in[2] / 65535.0, in[3] / 65535.0);
    for (double& share : colour) share /= 255;
    cmsCIELab result{};
    cmsDoTransform(transform, colour.data(), &result, 1);
    cmsFloat2LabEncoded(out, &result);
    return TRUE;
  };
  cmsHPROFILE profile = cmsCreateProfilePlaceholder(nullptr);
  cmsSetProfileVersion(profile, 4.3);
  cmsSetDeviceClass(profile, cmsSigOutputClass);
  cmsSetColorSpace(profile, cmsSigCmykData);
  cmsSetPCS(profile, cmsSigLabData);
  cmsPipeline* pipeline = cmsPipelineAlloc(nullptr, 4, 3);
  cmsStage* table = cmsStageAllocCLut16bit(nullptr, 2, 4, 3, nullptr);
  cmsStageSampleCLut16bit(table, sample, to_lab, 0);
  cmsPipelineInsertStage(pipeline, cmsAT_END, cmsStageAllocToneCurves(nullptr, 4, nullptr));
  cmsPipelineInsertStage(pipeline, cmsAT_END, table);
  cmsPipelineInsertStage(pipeline, cmsAT_END, cmsStageAllocToneCurves(nullptr, 3, nullptr));
  cmsWriteTag(profile, cmsSigAToB0Tag, pipeline);
  cmsPipelineFree(pipeline);
  cmsDeleteTransform(to_lab);
  cmsCloseProfile(lab);
  cmsCloseProfile(srgb);
  return saved(profile);
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
