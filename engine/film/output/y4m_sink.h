// Into a stream of uncompressed pictures on the standard output (YUV4MPEG2), for those who build their own chain.
#pragma once

#include <memory>

#include "engine/film/output/picture_sink.h"

namespace colourize::film {

class Y4mSink : public PictureSink {
 public:
  // Throws Error where the pictures' format is none that such a stream can hold.
  explicit Y4mSink(const VideoFormat& format);

  void write(Frame picture, const Timing& timing) override;
  void end_segment(const StabiliserState& state) override;

 private:
  struct Closed {
    void operator()(AVFormatContext* container) const;
  };

  Codec codec_;
  Packet packet_;
  std::unique_ptr<AVFormatContext, Closed> container_;
};

}  // namespace colourize::film
