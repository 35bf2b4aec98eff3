#include "engine/photo/tone.h"

#include <algorithm>
#include <array>
#include <vector>

#include "engine/photo/figures/quantile.h"
#include "engine/photo/luma.h"

namespace colourize::photo {
namespace {

constexpr float white = 255;

// Counts each luma on a grid of rows and columns over the photo. The range of a large photo need not be exact to the
// pixel.
class LumaCounts {
 public:
  explicit LumaCounts(const Photo& photo) {
    constexpr int most_rows = 512;
    constexpr int most_columns = 512;
    const int row_step = (photo.height() + most_rows - 1) / most_rows;
    const auto column_step = static_cast<std::size_t>((photo.width() + most_columns - 1) / most_columns);
    std::vector<float> row(static_cast<std::size_t>(photo.width()));
    for (int y = 0; y < photo.height(); y += row_step) {
      luma_row(photo, y, row);
      for (std::size_t x = 0; x < row.size(); x += column_step) {
        const auto level = static_cast<std::size_t>(row[x] * levels_per_unit + 0.5F);
        ++counts_.at(std::min(level, counts_.size() - 1));
      }
    }
  }

  // The luma that this share of the pixels lies below or at.
  float quantile(double share) const { return static_cast<float>(quantile_bin(counts_, share)) / levels_per_unit; }

 private:
  static constexpr float levels_per_unit = 4;
  std::array<std::int64_t, 4 * 255 + 1> counts_{};
};

}  // namespace

kernels::Tone stretched_tone(const Photo& photo, float least_range) {
  constexpr double left_out = 0.005;  // of the pixels, at either end: specks and scratches
  constexpr float largest_scale = 3;
  if (least_range <= 0) return {};
  const LumaCounts counts(photo);
  const float dark = counts.quantile(left_out);
  const float range = counts.quantile(1 - left_out) - dark;
  if (range >= least_range) return {};
  const float scale = std::min(least_range / std::max(range, 1.0F), largest_scale);
  const float growth = (scale - 1) * range;
  const float new_dark = dark - growth * dark / (white - range);
  return {.scale = scale, .shift = new_dark - scale * dark};
}

}  // namespace colourize::photo
