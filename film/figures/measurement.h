// The figures that papers on colouring films use.
#pragma once

#include <array>
#include <cstdint>
#include <deque>

#include "engine/photo/photo.h"
#include "kernels/plane.h"

namespace colourize::film {

// Means over frames, or over pairs of frames without a cut between them; 0 where there are none.
struct FilmFigures {
  std::int64_t frames = 0;
  std::int64_t cuts = 0;  // as is_cut() finds them

  // CDC, colour distribution consistency, of Liu et al. 2021, "Temporally Consistent Video Colorization with Deep
  // Feature Propagation and Self-regularization Learning", section 4.1, computed as in their published code: the
  // Jensen-Shannon divergence (natural logarithm, 0 to ln 2) of the histograms (256 bins) of frames t and t + d, as the
  // mean over t, over B, G and R, and over d = 1, 2 and 4. Lower is steadier. Their code ignores cuts; this leaves out
  // pairs across a cut.
  double colour_distribution_consistency = 0;
  // The same for BT.601's Cb and Cr, 8 bits full range. A colouriser is responsible for these, while CDC also counts
  // the film's own flicker and grain.
  double chroma_distribution_consistency = 0;

  // See WarpError; over pairs of neighbouring frames.
  double warp_error = 0;
  double chroma_warp_error = 0;

  // See Colourfulness; over all frames.
  double colourfulness_opponent = 0;
  double colourfulness_lab = 0;
};

// Takes the frames one by one. Memory does not grow with their number.
class FilmMeasurement {
 public:
  // R G B, or R G B A, whose A is ignored. Throws Error when the size differs from earlier frames.
  void add(const photo::Raster8& frame);
  FilmFigures figures() const;

 private:
  static constexpr std::size_t bins = 256;
  static constexpr std::array<std::size_t, 3> distances{1, 2, 4};
  // Of B, G, R, Cb, Cr; counts.
  using Histograms = std::array<std::array<std::uint32_t, bins>, 5>;
  struct Mean {
    double sum = 0;
    double count = 0;
    void add(double value) {
      sum += value;
      ++count;
    }
    double value() const { return count == 0 ? 0 : sum / count; }
  };

  static Histograms histograms_of(const photo::Raster8& frame);
  void compare_distributions();

  std::int64_t frames_ = 0;
  std::int64_t cuts_ = 0;
  photo::Raster8 last_;
  kernels::Plane last_luma_;
  std::deque<Histograms> histograms_;  // since the last cut, at most five
  std::array<Mean, distances.size()> colour_divergence_;
  std::array<Mean, distances.size()> chroma_divergence_;
  Mean warp_error_;
  Mean chroma_warp_error_;
  Mean colourfulness_opponent_;
  Mean colourfulness_lab_;
};

}  // namespace colourize::film
