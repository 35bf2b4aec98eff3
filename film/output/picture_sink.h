// Where the coloured pictures go.
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

  // Pictures as they are shown. Throws Error where they cannot be written.
  virtual void write(Frame picture, const Timing& timing) = 0;
  // Behind a segment's last picture: from here on the film can be gone on with. At the end of the film too.
  virtual void end_segment(const StabiliserState& state) = 0;
};

}  // namespace colourize::film
