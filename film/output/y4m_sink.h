// Writes a stream of uncompressed frames (YUV4MPEG2) to the standard output, for people who build their own chain.
#pragma once

#include <memory>

#include "film/output/frame_sink.h"
#include "system/warnings.h"

namespace colourize::film {

class Y4mSink : public FrameSink {
 public:
  // Throws Error where such a stream cannot hold the frames' format.
  Y4mSink(const VideoFormat& format, const Warn& warn);

  void write(Frame frame, const Timing& timing) override;
  void end_segment(const StabiliserState& state, const PacketSum& /*read*/) override;

 private:
  struct Closed {
    void operator()(AVFormatContext* container) const;
  };

  // Such a stream has one rate and no times. This warns once, where a frame is more than one and a half frames away
  // from its time.
  void warn_of_other_times(const Timing& timing);

  Warn warn_;
  Codec codec_;
  Packet packet_;
  AVRational time_base_;
  AVRational frame_rate_;
  std::int64_t first_time_ = 0;
  std::int64_t frames_ = 0;
  bool warned_ = false;
  std::unique_ptr<AVFormatContext, Closed> container_;
};

}  // namespace colourize::film
