#include "engine/photo/colour_space.h"

#include <lcms2.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdlib>
#include <limits>
#include <utility>

namespace colourize::photo {
namespace {

using Handle = std::shared_ptr<void>;

// Without this flag Little CMS replaces the profiles' curves by tables of some dozen points: in 16 bits that is off by
// up to 2483 of 65535 for a gamma of 1.0 (lcms2 2.14, 1.25 where it is given). Without the cache of one pixel, any
// thread may use a transform.
constexpr cmsUInt32Number exact = cmsFLAGS_NOOPTIMIZE | cmsFLAGS_NOCACHE;
constexpr double white = std::numeric_limits<std::uint16_t>::max();

Handle owned(cmsHPROFILE profile) {
  if (profile == nullptr) return nullptr;
  return {profile, [](void* handle) { cmsCloseProfile(handle); }};
}

Handle transform(const Handle& from, cmsUInt32Number from_type, const Handle& to, cmsUInt32Number to_type) {
  cmsHTRANSFORM made =
      cmsCreateTransform(from.get(), from_type, to.get(), to_type, INTENT_RELATIVE_COLORIMETRIC, exact);
  if (made == nullptr) return nullptr;
  return {made, [](void* handle) { cmsDeleteTransform(handle); }};
}

using Curve = std::unique_ptr<cmsToneCurve, decltype(&cmsFreeToneCurve)>;

// IEC 61966-2-1, as the parameters of ICC.1's function 3: (a x + b) ^ g from d on, c x below.
Curve srgb_curve() {
  const std::array<cmsFloat64Number, 5> parameters{2.4, 1 / 1.055, 0.055 / 1.055, 1 / 12.92, 0.04045};
  return {cmsBuildParametricToneCurve(nullptr, 4, parameters.data()), cmsFreeToneCurve};
}

// ITU-R BT.709's primaries and D65, which are sRGB's.
constexpr StatedColours::Primaries srgb_primaries{
    .white = {0.3127, 0.3290}, .red = {0.64, 0.33}, .green = {0.30, 0.60}, .blue = {0.15, 0.06}};

bool makes_sense(const StatedColours::Point& point) {
  return point.x >= 0 && point.y > 0 && point.x + point.y <= 1;
}

// Twice the area of the triangle of primaries; near 0, they describe no plane of colours.
double extent(const StatedColours::Primaries& of) {
  return std::abs((of.green.x - of.red.x) * (of.blue.y - of.red.y) - (of.blue.x - of.red.x) * (of.green.y - of.red.y));
}

}  // namespace

void Conversion::run(const std::uint16_t* from, std::uint16_t* to, std::size_t pixels) const {
  // Its counts have 32 bits.
  constexpr std::size_t at_once = 1 << 20;
  for (std::size_t done = 0; done < pixels; done += at_once) {
    cmsDoTransform(transform_.get(), from + channels_ * done, to + 3 * done,
                   static_cast<cmsUInt32Number>(std::min(at_once, pixels - done)));
  }
}

ColourSpace::ColourSpace(Handle handle) : handle_(std::move(handle)) {
  // As a number: a damaged profile has any, also those that the enumeration has not.
  const auto space = static_cast<cmsUInt32Number>(cmsGetColorSpace(handle_.get()));
  if (space == cmsSigGrayData) kind_ = Kind::grey;
  if (space == cmsSigRgbData) kind_ = Kind::rgb;
  if (space == cmsSigCmykData) kind_ = Kind::inks;
}

std::shared_ptr<const ColourSpace> ColourSpace::of_profile(std::span<const std::byte> profile) {
  if (profile.size() > largest_profile) return nullptr;
  Handle handle = owned(cmsOpenProfileFromMem(profile.data(), static_cast<cmsUInt32Number>(profile.size())));
  if (handle == nullptr) return nullptr;
  return std::shared_ptr<const ColourSpace>(new ColourSpace(std::move(handle)));
}

std::shared_ptr<const ColourSpace> ColourSpace::of_stated(const StatedColours& stated) {
  const StatedColours::Primaries& of = stated.primaries.value_or(srgb_primaries);
  for (const StatedColours::Point& point : {of.white, of.red, of.green, of.blue}) {
    if (!makes_sense(point)) return nullptr;
  }
  constexpr double least_extent = 1e-3;
  if (extent(of) < least_extent) return nullptr;
  const Curve curve = stated.gamma ? Curve{cmsBuildGamma(nullptr, *stated.gamma), cmsFreeToneCurve} : srgb_curve();
  if (curve == nullptr) return nullptr;
  const cmsCIExyY white_point{of.white.x, of.white.y, 1};
  const cmsCIExyYTRIPLE primaries{{of.red.x, of.red.y, 1}, {of.green.x, of.green.y, 1}, {of.blue.x, of.blue.y, 1}};
  const std::array<cmsToneCurve*, 3> curves{curve.get(), curve.get(), curve.get()};
  Handle handle = owned(cmsCreateRGBProfile(&white_point, &primaries, curves.data()));
  if (handle == nullptr) return nullptr;
  return std::shared_ptr<const ColourSpace>(new ColourSpace(std::move(handle)));
}

std::shared_ptr<const ColourSpace> ColourSpace::of_grey_gamma(double gamma) {
  const Curve curve{cmsBuildGamma(nullptr, gamma), cmsFreeToneCurve};
  Handle handle = owned(cmsCreateGrayProfile(cmsD50_xyY(), curve.get()));
  if (handle == nullptr) return nullptr;
  return std::shared_ptr<const ColourSpace>(new ColourSpace(std::move(handle)));
}

std::vector<double> ColourSpace::grey_as_srgb(std::size_t levels) const {
  const Curve curve = srgb_curve();
  const Handle srgb = owned(cmsCreateGrayProfile(cmsD50_xyY(), curve.get()));
  const Handle converts = transform(handle_, TYPE_GRAY_DBL, srgb, TYPE_GRAY_DBL);
  if (converts == nullptr) return {};
  std::vector<double> samples(levels);
  for (std::size_t i = 0; i < levels; ++i) samples[i] = static_cast<double>(i) / static_cast<double>(levels - 1);
  cmsDoTransform(converts.get(), samples.data(), samples.data(), static_cast<cmsUInt32Number>(levels));
  for (double& sample : samples) sample = sample > 0 ? std::min(sample, 1.0) : 0.0;  // NaN becomes 0
  return samples;
}

std::optional<Conversion> ColourSpace::to_srgb() const {
  Handle made = transform(handle_, TYPE_RGB_16, owned(cmsCreate_sRGBProfile()), TYPE_RGB_16);
  if (made == nullptr) return {};
  return Conversion(std::move(made));
}

std::optional<Conversion> ColourSpace::inks_to_srgb() const {
  constexpr std::size_t channels = 4;
  Handle made = transform(handle_, TYPE_CMYK_16_REV, owned(cmsCreate_sRGBProfile()), TYPE_RGB_16);
  if (made == nullptr) return {};
  return Conversion(std::move(made), channels);
}

std::optional<Conversion> ColourSpace::from_srgb() const {
  Handle made = transform(owned(cmsCreate_sRGBProfile()), TYPE_RGB_16, handle_, TYPE_RGB_16);
  if (made == nullptr) return {};
  return Conversion(std::move(made));
}

bool ColourSpace::is_srgb() const {
  const std::optional<Conversion> conversion = to_srgb();
  if (!conversion) return false;
  constexpr unsigned steps = 8;
  constexpr unsigned greys = 64;
  std::vector<std::uint16_t> samples;
  const auto sample = [](unsigned step, unsigned of) { return static_cast<std::uint16_t>(white * step / of); };
  for (unsigned colour = 0; colour < (steps + 1) * (steps + 1) * (steps + 1); ++colour) {
    for (const unsigned digit : {colour, colour / (steps + 1), colour / (steps + 1) / (steps + 1)}) {
      samples.push_back(sample(digit % (steps + 1), steps));
    }
  }
  for (unsigned grey = 0; grey <= greys; ++grey) samples.insert(samples.end(), 3, sample(grey, greys));
  std::vector<std::uint16_t> converted(samples.size());
  conversion->run(samples.data(), converted.data(), samples.size() / 3);
  // One and a half 8-bit steps. Profiles of sRGB in use differ by the rounding of their tables and matrices; a gamma of
  // 2.2 in place of sRGB's curve differs by 6 steps and more.
  constexpr int close = 385;
  return std::ranges::equal(samples, converted, [](int a, int b) { return std::abs(a - b) <= close; });
}

std::vector<std::byte> ColourSpace::profile() const {
  cmsUInt32Number size = 0;
  if (cmsSaveProfileToMem(handle_.get(), nullptr, &size) == FALSE) return {};
  std::vector<std::byte> bytes(size);
  if (cmsSaveProfileToMem(handle_.get(), bytes.data(), &size) == FALSE) return {};
  // The time of making stands in six numbers of two bytes from here (ICC.1:2022, 7.2). The day that the ICC published
  // version 4.4 of its specification stands for all, because the same input gives the same bytes.
  constexpr std::size_t time_at = 24;
  constexpr std::array<unsigned, 6> time{2022, 5, 1, 0, 0, 0};
  if (bytes.size() < time_at + 2 * time.size()) return {};
  for (std::size_t i = 0; i < time.size(); ++i) {
    bytes[time_at + 2 * i] = static_cast<std::byte>(time.at(i) / 256);
    bytes[time_at + 2 * i + 1] = static_cast<std::byte>(time.at(i) % 256);
  }
  return bytes;
}

std::vector<std::byte> srgb_profile() {
  return ColourSpace::of_stated({})->profile();
}

}  // namespace colourize::photo
