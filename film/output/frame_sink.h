// Where the coloured frames go.
#pragma once

#include "film/output/segment.h"
#include "film/stabiliser/stabiliser.h"

namespace colourize::film {

class FrameSink {
 public:
  FrameSink() = default;
  FrameSink(const FrameSink&) = delete;
  FrameSink& operator=(const FrameSink&) = delete;
  virtual ~FrameSink() = default;

  // Takes frames in the order in which they are shown. Throws Error where they cannot be written.
  virtual void write(Frame frame, const Timing& timing) = 0;
  // Called after the last frame of each segment and of the film. The film can resume from here.
  virtual void end_segment(const StabiliserState& state) = 0;
};

}  // namespace colourize::film
