// Steadies the colours of a film: it averages each frame's chroma with the chroma before, along the motion.
//
// A generator colours each frame by itself, so a wall is a little bluer in one frame and a little redder in the next.
// As in temporal accumulation in rendering (Nehab et al. 2007, "Accelerating Real-Time Shading with Reverse
// Reprojection Caching"), the stabiliser carries the average so far along the motion and adds the new frame to it. Each
// side is weighted by its number of frames. Where luma does not match, because something came into view or a vector is
// wrong, and after a cut, the average counts for nothing: the new frame's colour stays as it is.
//
// All of this happens at a quarter of the side that the generator saw. Where chroma comes at the full side, the change
// is enlarged and added to it, so that the chroma keeps its detail.
#pragma once

#include "kernels/plane.h"

namespace colourize::film {

// Sixteen frames are two thirds of a second. Twice as many hardly steady a film more, and they follow a change of light
// later.
constexpr double default_strength = 0.5;

// All that the stabiliser remembers; empty planes before the first frame. A process that restores it continues with the
// same bits.
struct StabiliserState {
  kernels::Plane luma;    // luma of the last frame at half the side (halves are rounded up)
  kernels::Plane blue;    // the average of Cb so far, at a quarter of the side
  kernels::Plane red;     // the same of Cr
  kernels::Plane weight;  // how many frames the average counts for, 0 and more
};

class ChromaStabiliser {
 public:
  // 0 (off: chroma comes back unchanged) to 1 (the average counts for up to 32 frames).
  explicit ChromaStabiliser(double strength);

  // Returns the next frame's chroma, steadied. `luma` is what the generator saw, 0 to 255. `chroma` has the same size,
  // or a quarter of it along each side (halves of halves, rounded up); throws Error for another size. When the size
  // changes from one frame to the next, a scene begins.
  kernels::Chroma next(const kernels::Plane& luma, kernels::Chroma chroma);

  // True where the last frame began a scene; false when the stabiliser is off.
  bool began_scene() const { return began_scene_; }

  const StabiliserState& state() const { return state_; }
  // Throws Error when the planes' sizes do not match each other.
  void restore(StabiliserState state);

 private:
  float largest_weight_;  // in frames; 0: off
  bool began_scene_ = false;
  StabiliserState state_;
};

}  // namespace colourize::film
