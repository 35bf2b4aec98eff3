// Steadies the colours of a film: each frame's chroma is averaged with what was seen before, along the motion.
//
// A generator colours every frame for itself, so that the same wall is a little bluer in one and a little redder in the
// next. As in temporal accumulation in rendering (Nehab et al. 2007, "Accelerating Real-Time Shading with Reverse
// Reprojection Caching"), the average so far is carried along the motion and the new frame added to it, weighted by how
// many frames stand behind it. Where luma does not match, because something came into view or a vector is wrong, and
// after a cut, nothing stands behind it: the new frame's colour is taken as it is.
//
// All of it happens at a quarter of the side that the generator saw. Where chroma comes at the full side, the change is
// made larger and added, so that its detail stays.
#pragma once

#include "kernels/plane.h"

namespace colourize::film {

// Sixteen frames, two thirds of a second. Twice as many steady a film hardly more, and follow a change of light later.
constexpr double default_strength = 0.5;

// All that the stabiliser remembers; empty planes before the first frame. With it restored, another process goes on
// with the same bits.
struct StabiliserState {
  kernels::Plane luma;    // of the last frame, half the side (halves are rounded up)
  kernels::Plane blue;    // the average so far of Cb, half of that
  kernels::Plane red;     // of Cr
  kernels::Plane weight;  // the frames that stand behind it, 0 and more
};

class ChromaStabiliser {
 public:
  // 0 (off: chroma is given back as it came) to 1 (up to 32 frames stand behind a colour).
  explicit ChromaStabiliser(double strength);

  // The chroma of the next frame, steadied. `luma` is what the generator saw, 0 to 255; `chroma` is of the same size,
  // or of a quarter of it along each side (halves of halves, rounded up). Throws Error when it is of another. When the
  // size changes from one frame to the next, a scene begins.
  kernels::Chroma next(const kernels::Plane& luma, kernels::Chroma chroma);

  // Whether the last frame was taken as the first of a scene; false when off.
  bool began_scene() const { return began_scene_; }

  const StabiliserState& state() const { return state_; }
  // Throws Error when the planes' sizes do not belong together.
  void restore(StabiliserState state);

 private:
  float largest_weight_;  // in frames; 0: off
  bool began_scene_ = false;
  StabiliserState state_;
};

}  // namespace colourize::film
