// Writes frames into the segments of a journal.
#pragma once

#include <optional>

#include "film/output/journal.h"
#include "film/output/picture_sink.h"
#include "film/output/room.h"

namespace colourize::film {

class SegmentSink : public PictureSink {
 public:
  // Journal and room must outlive the sink. Room is looked at behind each segment.
  SegmentSink(Journal& journal, Room& room, VideoFormat format)
      : journal_(journal), room_(room), format_(std::move(format)) {}

  void write(Frame picture, const Timing& timing) override;
  void end_segment(const StabiliserState& state) override;

 private:
  Journal& journal_;
  Room& room_;
  VideoFormat format_;
  std::optional<SegmentWriter> writer_;
};

}  // namespace colourize::film
