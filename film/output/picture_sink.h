// Where the coloured frames go.
#pragma once

#include "film/output/segment.h"
#include "film/stabiliser/stabiliser.h"

namespace colourize::film {

class PictureSink {
 public:
  PictureSink() = default;
  PictureSink(const PictureSink&) = delete;
  PictureSink& operator=(const PictureSink&) = delete;
  virtual ~PictureSink() = default;

  // Takes frames in the order in which they are shown. Throws Error where they cannot be written.
  virtual void write(Frame picture, const Timing& timing) = 0;
  // Called after the last frame of each segment and of the film. The film can resume from here.
  virtual void end_segment(const StabiliserState& state) = 0;
};

}  // namespace colourize::film
