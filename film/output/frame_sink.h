// Where the coloured frames go.
#pragma once

#include "film/output/segment.h"
#include "film/stabiliser/stabiliser.h"
#include "film/video/packet_sums.h"

namespace colourize::film {

class FrameSink {
 public:
  FrameSink() = default;
  FrameSink(const FrameSink&) = delete;
  FrameSink& operator=(const FrameSink&) = delete;
  virtual ~FrameSink() = default;

  // Takes frames in the order in which they are shown. Throws Error where they cannot be written.
  virtual void write(Frame frame, const Timing& timing) = 0;
  // Called after the last frame of each segment and of the film. The film can resume from here. `read`: of what was
  // read of the source until that frame came.
  virtual void end_segment(const StabiliserState& state, const PacketSum& read) = 0;
};

}  // namespace colourize::film
