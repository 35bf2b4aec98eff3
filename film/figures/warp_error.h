// Measures how much of a film's change is not motion.
#pragma once

#include "engine/photo/photo.h"
#include "film/stabiliser/motion.h"

namespace colourize::film {

// Mean squared differences between a frame and the next one, carried back along the motion, over the pixels that both
// show. This is the warp error of Lai et al. 2018, "Learning Blind Video Temporal Consistency", section 4.1. They use
// FlowNet2's flow; this uses estimate_motion() on BT.601 luma at full size, so compare our figures with each other
// only. Both frames show a pixel where the flow there and back ends inside the frame and within the bounds of Ruder et
// al. 2016 (squared distance at most 0.01 of the squared lengths + 0.5).
struct WarpError {
  double rgb = 0;     // over R, G and B in 0 to 1; the published figure
  double chroma = 0;  // over BT.601's Cb and Cr in -0.5 to 0.5: what a colouriser is responsible for
};

// `motion` leads from `first` (as `to`) to `second` (as `from`), `back` the other way. Both pictures have one size.
WarpError warp_error(const photo::Raster8& first, const photo::Raster8& second, const Motion& motion,
                     const Motion& back);

}  // namespace colourize::film
