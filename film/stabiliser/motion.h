// Where the content of a frame was in the frame before: block matching, coarse to fine, on luma.
//
// Old films flicker and are grainy. Before anything is compared, the earlier frame gets the later one's mean and
// deviation; each comparison then leaves the difference of the two windows' means out; and a vector that no neighbour
// shares has to be better by more than grain alone makes it.
#pragma once

#include <cstdint>
#include <vector>

#include "kernels/plane.h"

namespace colourize::film {

// The side of a block, in pixels of the planes compared; the last blocks of a row and a column may be cut short.
constexpr int block_side = 4;

// Of each block, row by row: `to` at (x, y) shows what `from` showed at (x + dx, y + dy), in pixels.
struct Motion {
  int columns = 0;
  int rows = 0;
  std::vector<float> dx;
  std::vector<float> dy;
  // 1 where the block shows what something else hid in `from`: what its vector leads to went elsewhere, and matches
  // better there. 0 elsewhere.
  std::vector<std::uint8_t> uncovered;
  // At the coarsest level, of 24 to 47 pixels, where most grain is gone and a window of 8 x 8 pixels is a good part of
  // the picture: the mean over all windows of the absolute difference to the best match, after the means, and of the
  // absolute deviation from the mean, the larger one of the two windows at a place; in levels.
  float coarse_difference = 0;
  float coarse_texture = 0;

  std::size_t block(int x, int y) const {
    return static_cast<std::size_t>(y / block_side) * static_cast<std::size_t>(columns) +
           static_cast<std::size_t>(x / block_side);
  }
};

// Of two planes of one size, at least 1 x 1, luma of 0 to 255. Vectors are found up to about a tenth of the plane's
// smaller side, refined to a fraction of a pixel. The same planes give the same bits.
Motion estimate_motion(const kernels::Plane& from, const kernels::Plane& to);

// Half the size, rounded up; each pixel the mean of the four that it replaces.
kernels::Plane halved(const kernels::Plane& plane);

}  // namespace colourize::film
