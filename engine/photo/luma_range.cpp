#include "engine/photo/luma_range.h"

#include <algorithm>
#include <array>
#include <vector>

#include "engine/photo/figures/quantile.h"
#include "engine/photo/luma.h"

namespace colourize::photo {
namespace {

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

session::LumaRange luma_range(const Photo& photo) {
  constexpr double left_out = 0.005;  // of the pixels, at either end
  const LumaCounts counts(photo);
  return {.dark = counts.quantile(left_out), .bright = counts.quantile(1 - left_out)};
}

}  // namespace colourize::photo
