// Into the segments of a journal.
#pragma once

#include <optional>

#include "engine/film/journal.h"
#include "engine/film/picture_sink.h"

namespace colourize::film {

class SegmentSink : public PictureSink {
 public:
  // The journal must outlive the sink.
  SegmentSink(Journal& journal, VideoFormat format) : journal_(journal), format_(std::move(format)) {}

  void write(Frame picture, const Timing& timing) override;
  void end_segment(const StabiliserState& state, const DecodingFaults& faults) override;

 private:
  Journal& journal_;
  VideoFormat format_;
  std::optional<SegmentWriter> writer_;
};

}  // namespace colourize::film
