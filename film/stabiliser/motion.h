// Finds where the content of a frame was in the frame before: block matching on luma, from coarse to fine.
//
// Old films flicker and are grainy. So first the earlier frame gets the later one's mean and deviation. Each comparison
// then ignores the difference of the two windows' means. A vector that no neighbour shares must be better by more than
// grain alone can make it.
#pragma once

#include <cstdint>
#include <vector>

#include "kernels/plane.h"

namespace colourize::film {

// The side of a block, in pixels of the compared planes. The last block of a row or column may be smaller.
constexpr int block_side = 4;

// One vector for each block, row by row: `to` at (x, y) shows what `from` showed at (x + dx, y + dy), in pixels.
struct Motion {
  int columns = 0;
  int rows = 0;
  std::vector<float> dx;
  std::vector<float> dy;
  // 1 where the block shows what something else hid in `from`: its vector leads to content that moved elsewhere and
  // matches better there. 0 for other blocks.
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

// Both planes have one size, at least 1 x 1, and hold luma of 0 to 255. This finds vectors up to about a tenth of the
// plane's smaller side, to a fraction of a pixel. The same planes give the same bits.
Motion estimate_motion(const kernels::Plane& from, const kernels::Plane& to);

// Half the size, rounded up. Each pixel is the mean of the four that it replaces.
kernels::Plane halved(const kernels::Plane& plane);

}  // namespace colourize::film
