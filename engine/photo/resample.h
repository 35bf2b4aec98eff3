// Bilinear resizing as Pillow's BILINEAR does it: a triangle filter, widened when shrinking so that every source pixel
// counts.
//
// For a target pixel t of m on an axis of n source pixels (Pillow's Resample.c; the same numbers, not its code):
//   scale = n / m, support = max(scale, 1), centre = (t + 0.5) scale
//   window  [max(int(centre - support + 0.5), 0), min(int(centre + support + 0.5), n))
//   weight  max(0, 1 - |(i - centre + 0.5) / support|), divided by the window's sum
// An axis that keeps its size is left as it is. The horizontal pass comes first, as in Pillow up to 12; Pillow 13 takes
// the vertical one first where that saves time, which changes a few 8-bit values.
#pragma once

#include <cstdint>
#include <functional>
#include <span>
#include <vector>

#include "engine/photo/photo.h"

namespace colourize::photo {

// The windows and weights of one axis.
class Resampling {
 public:
  // A target pixel's source pixels: `first` and those after it, one a weight.
  struct Window {
    int first = 0;
    std::vector<double> weights;
  };

  // Both at least 1.
  Resampling(int from, int to);
  // A window for each target pixel, each within the `from` source pixels.
  Resampling(int from, const std::vector<Window>& windows);

  int from() const { return from_; }
  int to() const { return static_cast<int>(first_.size()); }
  int first(int target) const { return first_[static_cast<std::size_t>(target)]; }
  // Of the source pixels first(target), first(target) + 1, ...
  std::span<const double> weights(int target) const {
    const std::size_t begin = begin_[static_cast<std::size_t>(target)];
    return std::span(weights_).subspan(begin, begin_[static_cast<std::size_t>(target) + 1] - begin);
  }

 private:
  int from_;
  std::vector<int> first_;
  std::vector<std::size_t> begin_;  // in weights_, of each target pixel; one more at the end
  std::vector<double> weights_;
};

// Pillow's 8-bit resize, bit for bit: weights in 22-bit fixed point, rounded to 8 bits after each pass.
Raster8 resize_8_bit(const Raster8& source, int width, int height);

// A picture of one channel in floating point.
struct Plane {
  int width = 0;
  int height = 0;
  std::vector<float> values;  // row by row

  Plane() = default;
  Plane(int w, int h) : width(w), height(h), values(static_cast<std::size_t>(w) * static_cast<std::size_t>(h)) {}
  std::span<float> row(int y) {
    return std::span(values).subspan(static_cast<std::size_t>(y) * static_cast<std::size_t>(width),
                                     static_cast<std::size_t>(width));
  }
  std::span<const float> row(int y) const {
    return std::span(values).subspan(static_cast<std::size_t>(y) * static_cast<std::size_t>(width),
                                     static_cast<std::size_t>(width));
  }
};

// Fills a row of a source picture.
using RowSource = std::function<void(int y, std::span<float> row)>;

// Resizes a picture of source_width x source_height that is made row by row, in floating point, so that a large photo
// need not exist as a plane.
Plane resize(const RowSource& source, int source_width, int source_height, int width, int height);
Plane resize(const Plane& source, int width, int height);

// The rows of a resized plane, each made when it is asked for.
class ResizedRows {
 public:
  // Borrows the plane.
  ResizedRows(const Plane& source, int width, int height)
      : source_(source),
        horizontal_(source.width, width),
        vertical_(source.height, height),
        blended_(static_cast<std::size_t>(source.width)) {}

  void row(int y, std::span<float> to);

 private:
  const Plane& source_;
  Resampling horizontal_;
  Resampling vertical_;
  std::vector<float> blended_;
};

}  // namespace colourize::photo
