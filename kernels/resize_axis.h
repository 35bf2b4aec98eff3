// One axis of a resize: which source pixels each target pixel is made of, and with which weights. Also the Gaussian
// blur that softens a generator's input.
#pragma once

#include <cstddef>
#include <span>
#include <vector>

namespace colourize::kernels {

// Target t is the sum over i of weights_of(t)[i] * source[first[t] + i]. An axis that keeps its size and is not blurred
// leaves the values unchanged.
struct ResizeAxis {
  int from = 0;            // source pixels, at least 1
  std::vector<int> first;  // one for each target
  std::vector<int> begin;  // where each target's weights begin in `weights`; one more at the end
  std::vector<double> weights;

  int to() const { return static_cast<int>(first.size()); }
  std::span<const double> weights_of(int target) const {
    const auto t = static_cast<std::size_t>(target);
    return std::span(weights).subspan(static_cast<std::size_t>(begin[t]),
                                      static_cast<std::size_t>(begin[t + 1] - begin[t]));
  }
};

// Bilinear resizing as in Pillow's BILINEAR: a triangle filter, which is wider when shrinking, so that every source
// pixel counts. Both sizes are at least 1.
//
// For a target pixel t of m on an axis of n source pixels (Pillow's Resample.c; the same numbers, not its code):
//   scale = n / m, support = max(scale, 1), centre = (t + 0.5) scale
//   window  [max(int(centre - support + 0.5), 0), min(int(centre + support + 0.5), n))
//   weight  max(0, 1 - |(i - centre + 0.5) / support|), divided by the window's sum
// The horizontal pass comes first, as in Pillow up to 12. Pillow 13 begins with the vertical pass where that saves
// time, which changes a few 8-bit values.
ResizeAxis bilinear_axis(int from, int to);

// One side and the middle of a Gaussian with this standard deviation, in pixels, above 0. Entry i is the weight of both
// pixels at distance i. It ends at three deviations, and all weights add up to 1.
std::vector<double> gaussian(double deviation);

// An axis whose targets are also blurred by that Gaussian. One step then does what resizing along `axis` and blurring
// along it do. A pixel outside counts as the nearest one inside.
ResizeAxis blurred(const ResizeAxis& axis, double deviation);

}  // namespace colourize::kernels
