// What a picture's numbers mean: the colour space of an ICC profile (ICC.1:2022), or one that a PNG states in other
// chunks. Little CMS computes the conversions, all with the relative colorimetric intent and without compensation of
// the black point.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <utility>
#include <vector>

namespace colourize::photo {

// What a PNG can state instead of a profile (PNG, third edition, 11.3.2.1 and 11.3.2.2).
struct StatedColours {
  struct Point {
    double x = 0;
    double y = 0;
  };
  struct Primaries {
    Point white, red, green, blue;  // chromaticities of CIE 1931
  };
  std::optional<double> gamma;         // a sample of 0 to 1 is light of sample ^ gamma, above 0; none: sRGB's curve
  std::optional<Primaries> primaries;  // none: sRGB's
};

// Converts pixels, to three samples. Any thread may use it.
class Conversion {
 public:
  // From `from`, 3 samples a pixel, 4 of inks, to `to`. From 3 samples, both may be the same memory.
  void run(const std::uint16_t* from, std::uint16_t* to, std::size_t pixels) const;

 private:
  friend class ColourSpace;
  explicit Conversion(std::shared_ptr<void> transform, std::size_t channels = 3)
      : transform_(std::move(transform)), channels_(channels) {}
  std::shared_ptr<void> transform_;
  std::size_t channels_;  // of `from`
};

class ColourSpace {
 public:
  enum class Kind : std::uint8_t { grey, rgb, inks, other };

  // Returns null where Little CMS cannot read the profile, or where it has more than `largest_profile` bytes.
  static std::shared_ptr<const ColourSpace> of_profile(std::span<const std::byte> profile);
  // RGB of such a curve and such primaries. Returns null where the numbers describe no colours.
  static std::shared_ptr<const ColourSpace> of_stated(const StatedColours& stated);
  // Grey of such a curve.
  static std::shared_ptr<const ColourSpace> of_grey_gamma(double gamma);

  Kind kind() const { return kind_; }

  // Of grey: for each of `levels` stored levels, evenly from black to white, the sample of sRGB that looks alike, 0 to
  // 1. Empty where the profile has no curve.
  std::vector<double> grey_as_srgb(std::size_t levels) const;

  // Of RGB; none where the profile does not have what that takes. Many scanners' profiles have only to_srgb().
  std::optional<Conversion> to_srgb() const;
  std::optional<Conversion> from_srgb() const;
  // Of inks (cyan, magenta, yellow, black), inverted: 65535 is no ink. None where the profile does not have what that
  // takes.
  std::optional<Conversion> inks_to_srgb() const;
  // Of RGB: true where no colour is farther from its sRGB than programs differ in writing sRGB's profile.
  bool is_srgb() const;

  // The profile as a file stores it; the same bytes each time.
  std::vector<std::byte> profile() const;

 private:
  explicit ColourSpace(std::shared_ptr<void> handle);

  std::shared_ptr<void> handle_;
  Kind kind_ = Kind::other;
};

// The largest that is read; the largest in use, for printing with many inks, have a few megabytes.
constexpr std::size_t largest_profile = 16'000'000;

// sRGB's profile.
std::vector<std::byte> srgb_profile();

}  // namespace colourize::photo
