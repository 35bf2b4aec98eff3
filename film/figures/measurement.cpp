#include "film/figures/measurement.h"

#include <algorithm>
#include <cmath>
#include <string>
#include <utility>

#include "engine/photo/figures/colourfulness.h"
#include "engine/photo/luma.h"
#include "film/figures/warp_error.h"
#include "film/stabiliser/cuts.h"
#include "film/stabiliser/motion.h"
#include "kernels/bt601.h"
#include "system/error.h"

namespace colourize::film {
namespace {

constexpr std::size_t colour_channels = 3;  // of the histograms; chroma's come after

kernels::Plane luma_of(const photo::Raster8& frame) {
  kernels::Plane luma(frame.width, frame.height);
  const photo::Photo photo{frame, {}};
  for (int y = 0; y < frame.height; ++y) photo::luma_row(photo, y, luma.row(y));
  return luma;
}

std::uint8_t chroma_bin(float value) {
  return static_cast<std::uint8_t>(std::clamp(std::floor(128.5F + 255 * value), 0.0F, 255.0F));
}

template <typename Histogram>
double jensen_shannon_divergence(const Histogram& first, const Histogram& second, double pixels) {
  double divergence = 0;
  for (std::size_t bin = 0; bin < first.size(); ++bin) {
    const double p = first.at(bin) / pixels;
    const double q = second.at(bin) / pixels;
    const double middle = (p + q) / 2;
    if (p > 0) divergence += p * std::log(p / middle) / 2;
    if (q > 0) divergence += q * std::log(q / middle) / 2;
  }
  return divergence;
}

template <typename Means>
double mean_of(const Means& means) {
  double sum = 0;
  for (const auto& mean : means) sum += mean.value();
  return sum / static_cast<double>(means.size());
}

}  // namespace

FilmMeasurement::Histograms FilmMeasurement::histograms_of(const photo::Raster8& frame) {
  Histograms histograms{};
  for (std::size_t i = 0; i < frame.samples.size(); i += static_cast<std::size_t>(frame.channels)) {
    const std::uint8_t* pixel = frame.samples.data() + i;
    for (std::size_t c = 0; c < colour_channels; ++c) ++histograms.at(colour_channels - 1 - c).at(pixel[c]);
    const auto [blue, red] = kernels::bt601::chroma(
        static_cast<float>(pixel[0]) / 255, static_cast<float>(pixel[1]) / 255, static_cast<float>(pixel[2]) / 255);
    ++histograms.at(colour_channels).at(chroma_bin(blue));
    ++histograms.at(colour_channels + 1).at(chroma_bin(red));
  }
  return histograms;
}

void FilmMeasurement::compare_distributions() {
  const auto pixels = static_cast<double>(last_.width) * last_.height;
  for (std::size_t i = 0; i < distances.size(); ++i) {
    if (histograms_.size() <= distances.at(i)) continue;
    const Histograms& now = histograms_.back();
    const Histograms& before = histograms_[histograms_.size() - 1 - distances.at(i)];
    for (std::size_t c = 0; c < now.size(); ++c) {
      Mean& mean = c < colour_channels ? colour_divergence_.at(i) : chroma_divergence_.at(i);
      mean.add(jensen_shannon_divergence(before.at(c), now.at(c), pixels));
    }
  }
}

void FilmMeasurement::add(const photo::Raster8& frame) {
  kernels::Plane luma = luma_of(frame);
  if (frames_ > 0) {
    if (frame.width != last_.width || frame.height != last_.height) {
      throw Error(ErrorKind::unsupported, "frame " + std::to_string(frames_),
                  "has another size than the frames before it", "measure such films in pieces");
    }
    const Motion back = estimate_motion(last_luma_, luma);
    if (is_cut(back)) {
      ++cuts_;
      histograms_.clear();
    } else {
      const WarpError error = warp_error(last_, frame, estimate_motion(luma, last_luma_), back);
      warp_error_.add(error.rgb);
      chroma_warp_error_.add(error.chroma);
    }
  }
  ++frames_;
  last_ = frame;
  last_luma_ = std::move(luma);
  histograms_.push_back(histograms_of(frame));
  if (histograms_.size() > distances.back() + 1) histograms_.pop_front();
  compare_distributions();
  const photo::Colourfulness colours = photo::colourfulness(frame);
  colourfulness_opponent_.add(colours.opponent);
  colourfulness_lab_.add(colours.lab);
}

FilmFigures FilmMeasurement::figures() const {
  return {.frames = frames_,
          .cuts = cuts_,
          .colour_distribution_consistency = mean_of(colour_divergence_),
          .chroma_distribution_consistency = mean_of(chroma_divergence_),
          .warp_error = warp_error_.value(),
          .chroma_warp_error = chroma_warp_error_.value(),
          .colourfulness_opponent = colourfulness_opponent_.value(),
          .colourfulness_lab = colourfulness_lab_.value()};
}

}  // namespace colourize::film
