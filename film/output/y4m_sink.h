// Into a stream of uncompressed pictures on the standard output (YUV4MPEG2), for those who build their own chain.
#pragma once

#include <memory>

#include "film/output/picture_sink.h"
#include "system/warnings.h"

namespace colourize::film {

class Y4mSink : public PictureSink {
 public:
  // Throws Error where the pictures' format is none that such a stream can hold.
  Y4mSink(const VideoFormat& format, const Warn& warn);

  void write(Frame picture, const Timing& timing) override;
  void end_segment(const StabiliserState& state) override;

 private:
  struct Closed {
    void operator()(AVFormatContext* container) const;
  };

  // Such a stream has one rate and no times. Warned of once, where a picture comes more than one and a half pictures
  // off its time.
  void warn_of_other_times(const Timing& timing);

  Warn warn_;
  Codec codec_;
  Packet packet_;
  AVRational time_base_;
  AVRational frame_rate_;
  std::int64_t first_time_ = 0;
  std::int64_t pictures_ = 0;
  bool warned_ = false;
  std::unique_ptr<AVFormatContext, Closed> container_;
};

}  // namespace colourize::film
