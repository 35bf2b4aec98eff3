#include "engine/photo/figures/picture_figures.h"

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <limits>
#include <string>
#include <vector>

#include "engine/photo/figures/ciede2000.h"
#include "engine/photo/figures/cielab.h"
#include "engine/photo/figures/colourfulness.h"
#include "engine/photo/figures/quantile.h"
#include "engine/photo/figures/skin.h"
#include "system/error.h"

namespace colourize::photo {
namespace {

// 0 to 1 a channel.
struct Colour {
  double red = 0;
  double green = 0;
  double blue = 0;

  double luma() const { return 0.299 * red + 0.587 * green + 0.114 * blue; }  // BT.601
  double least() const { return std::min({red, green, blue}); }
  double largest() const { return std::max({red, green, blue}); }
};

// Cb and Cr times the factor. The other channels' distances from luma are multiples of both, so all of them grow alike.
Colour with_chroma_times(const Colour& colour, double factor) {
  const double luma = colour.luma();
  const auto channel = [&](double value) { return std::clamp(luma + factor * (value - luma), 0.0, 1.0); };
  return {channel(colour.red), channel(colour.green), channel(colour.blue)};
}

void add(OpponentSums& sums, const Colour& colour) {
  sums.add_colour(255 * colour.red, 255 * colour.green, 255 * colour.blue);
}

Lab lab_of(const Colour& colour) {
  return photo::lab_of(linear_light(colour.red), linear_light(colour.green), linear_light(colour.blue));
}

template <class Sample>
Colour colour_of(const Sample* pixel) {
  constexpr double white = std::numeric_limits<Sample>::max();
  return {pixel[0] / white, pixel[1] / white, pixel[2] / white};
}

// Calls visit(colour) for each pixel, row by row.
template <class Visit>
void for_each_pixel(const Photo& photo, const Visit& visit) {
  std::visit(
      [&](const auto& raster) {
        const auto channels = static_cast<std::size_t>(raster.channels);
        for (std::size_t i = 0; i < raster.samples.size(); i += channels) visit(colour_of(raster.samples.data() + i));
      },
      photo.pixels);
}

// Calls visit(result, original) for each pair of pixels.
template <class Visit>
void for_each_pair(const Photo& result, const Photo& original, const Visit& visit) {
  std::visit(
      [&](const auto& other) {
        const auto channels = static_cast<std::size_t>(other.channels);
        const auto* pixel = other.samples.data();
        for_each_pixel(result, [&](const Colour& colour) {
          visit(colour, colour_of(pixel));
          pixel += channels;
        });
      },
      original.pixels);
}

// Counts by hundredths: a picture of any size in the same memory.
class DifferenceCounts {
 public:
  void add(double difference) {
    sum_ += difference;
    ++count_;
    const auto bin = static_cast<std::size_t>(std::max(difference, 0.0) * bins_per_unit);
    ++counts_[std::min(bin, counts_.size() - 1)];
  }
  Distribution distribution() const {
    return {.mean = sum_ / count_, .median = quantile(0.5), .ninetieth = quantile(0.9), .ninety_ninth = quantile(0.99)};
  }

 private:
  static constexpr double bins_per_unit = 100;
  static constexpr std::size_t bins =
      20'000;  // up to 200; black and white are 100 apart, sRGB's farthest colours less than 120

  double quantile(double share) const { return static_cast<double>(quantile_bin(counts_, share) + 1) / bins_per_unit; }

  double sum_ = 0;
  double count_ = 0;
  std::vector<std::int64_t> counts_ = std::vector<std::int64_t>(bins);
};

double opponent_colourfulness(const Photo& photo, double factor) {
  OpponentSums sums;
  for_each_pixel(photo, [&](const Colour& colour) { add(sums, with_chroma_times(colour, factor)); });
  return sums.opponent();
}

// Without clamping, colourfulness would be proportional to the factor: so few steps are needed.
std::optional<double> matching_factor(const Photo& result, const BeforeAndAfter& colourfulness) {
  constexpr double grey = 1e-6;
  constexpr double largest_factor = 16;
  constexpr double tolerance = 1e-4;
  constexpr int most_steps = 30;
  if (colourfulness.result < grey) return {};
  double factor = 1;
  double reached = colourfulness.result;
  for (int step = 0; std::abs(reached - colourfulness.original) > tolerance * colourfulness.original; ++step) {
    factor *= colourfulness.original / reached;
    if (step == most_steps || factor > largest_factor) return {};
    reached = opponent_colourfulness(result, factor);
  }
  return factor;
}

bool is_skin(const Colour& colour) {
  const auto step = [](double value) { return static_cast<int>(std::lround(255 * value)); };
  return photo::is_skin(step(colour.red), step(colour.green), step(colour.blue));
}

// Counts the pixels where the original has skin.
class SkinCounts {
 public:
  void add(const Lab& lab, const Colour& truth) {
    ++pixels_;
    if (!is_skin(truth)) return;
    ++skin_;
    if (is_blue(lab)) ++blue_;
  }
  std::optional<double> share_of_blue() const {
    if (skin_ == 0 || skin_ < least_skin * pixels_) return {};
    return blue_ / skin_;
  }

 private:
  double pixels_ = 0;
  double skin_ = 0;
  double blue_ = 0;
};

bool is_clipped(const Colour& colour) {
  const bool black_or_white = colour.largest() <= 0 || colour.least() >= 1;
  return !black_or_white && (colour.least() <= 0 || colour.largest() >= 1);
}

void expect_one_size(const Photo& result, const Photo& original, const std::string& name) {
  if (result.width() == original.width() && result.height() == original.height()) return;
  const auto size = [](const Photo& photo) {
    return std::to_string(photo.width()) + " x " + std::to_string(photo.height());
  };
  throw Error(ErrorKind::invalid, name, "is " + size(result) + " pixels, its original " + size(original),
              "compare pictures of one size: this program resizes neither, because that alone would change colours");
}

}  // namespace

PictureFigures compare_pictures(const Photo& result, const Photo& original, const std::string& name) {
  expect_one_size(result, original, name);
  PictureFigures figures;
  DifferenceCounts differences;
  OpponentSums result_opponents;
  OpponentSums original_opponents;
  SkinCounts skin;
  double pixels = 0;
  for_each_pair(result, original, [&](const Colour& colour, const Colour& truth) {
    const Lab lab = lab_of(colour);
    const Lab true_lab = lab_of(truth);
    differences.add(ciede2000(lab, true_lab));
    add(result_opponents, colour);
    add(original_opponents, truth);
    skin.add(lab, truth);
    figures.mean_chroma.result += std::hypot(lab.a, lab.b);
    figures.mean_chroma.original += std::hypot(true_lab.a, true_lab.b);
    const double shift = 255 * std::abs(colour.luma() - truth.luma());
    figures.luma_shift += shift;
    figures.largest_luma_shift = std::max(figures.largest_luma_shift, shift);
    if (is_clipped(colour)) ++figures.clipped;
    ++pixels;
  });
  figures.ciede2000 = differences.distribution();
  figures.colourfulness = {result_opponents.opponent(), original_opponents.opponent()};
  figures.blue_in_skin = skin.share_of_blue();
  for (double* sum :
       {&figures.mean_chroma.result, &figures.mean_chroma.original, &figures.luma_shift, &figures.clipped}) {
    *sum /= pixels;
  }

  if (const std::optional<double> factor = matching_factor(result, figures.colourfulness)) {
    double sum = 0;
    for_each_pair(result, original, [&](const Colour& colour, const Colour& truth) {
      sum += ciede2000(lab_of(with_chroma_times(colour, *factor)), lab_of(truth));
    });
    figures.matched = {*factor, sum / pixels};
  }
  return figures;
}

}  // namespace colourize::photo
