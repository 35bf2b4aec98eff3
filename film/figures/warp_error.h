// How much of a film's change is not motion.
#pragma once

#include "engine/photo/photo.h"
#include "film/stabiliser/motion.h"

namespace colourize::film {

// Mean squared differences of a frame and the next one, which is carried back along the motion, over the pixels that
// both show: the warp error of Lai et al. 2018, "Learning Blind Video Temporal Consistency", section 4.1. They take
// FlowNet2's flow; ours is estimate_motion() on BT.601 luma at full size, so that figures of ours compare with each
// other, not with theirs. What both show: flow there and back again ends within the bounds of Ruder et al. 2016
// (squared distance at most 0.01 of the squared lengths + 0.5), inside the frame.
struct WarpError {
  double rgb = 0;     // over R, G and B, of 0 to 1; the published figure
  double chroma = 0;  // over BT.601's Cb and Cr, of -0.5 to 0.5: what a colouriser answers for
};

// `motion` from first (as `to`) to second (as `from`), `back` the other way round; pictures of one size.
WarpError warp_error(const photo::Raster8& first, const photo::Raster8& second, const Motion& motion,
                     const Motion& back);

}  // namespace colourize::film
