// Steadies the colours of a film: each frame's chroma is averaged with what was seen before, along the motion.
//
// A generator colours every frame for itself, so that the same wall is a little bluer in one and a little redder in the
// next. As in temporal accumulation in rendering (Nehab et al. 2007, "Accelerating Real-Time Shading with Reverse
// Reprojection Caching"), the average so far is carried along the motion and the new frame added to it, weighted by how
// many frames stand behind it. Where luma does not match, because something came into view or a vector is wrong, and after a
// cut, nothing stands behind it: the new frame's colour is taken as it is.
#pragma once

#include "engine/photo/luma_chroma.h"
#include "engine/photo/resample.h"

namespace colourize::film {

constexpr double default_strength = 0.5;

// All that the stabiliser remembers; empty planes before the first frame. Saved and restored, it goes on with the same
// bits.
struct StabiliserState {
  photo::Plane luma;    // of the last frame, half its side
  photo::Plane blue;    // the average so far of Cb and Cr, a quarter of the side
  photo::Plane red;     //
  photo::Plane weight;  // the frames that stand behind it, likewise
};

class ChromaStabiliser {
 public:
  // 0 (off: chroma is given back as it is) to 1.
  explicit ChromaStabiliser(double strength);

  // The next frame's chroma, steadied. `luma` is what the generator saw, side x side, 0 to 255; `chroma` is of the same
  // size or of a quarter of it, rounded up. Throws Error when they are of another size, or not square.
  photo::Chroma next(const photo::Plane& luma, photo::Chroma chroma);

  // Whether the last frame was taken as the first of a scene.
  bool began_scene() const { return began_scene_; }
  const StabiliserState& state() const { return state_; }
  void restore(StabiliserState state) { state_ = std::move(state); }

 private:
  float largest_weight_;  // 0: off
  bool began_scene_ = false;
  StabiliserState state_;
};

}  // namespace colourize::film
