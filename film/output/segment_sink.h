// Writes frames into the segments of a journal.
#pragma once

#include <optional>

#include "film/output/disk_space.h"
#include "film/output/frame_sink.h"
#include "film/output/journal.h"

namespace colourize::film {

class SegmentSink : public FrameSink {
 public:
  // `journal` and `disk_space` must outlive the sink, which checks the disk space after each segment.
  SegmentSink(Journal& journal, DiskSpace& disk_space, VideoFormat format)
      : journal_(journal), disk_space_(disk_space), format_(std::move(format)) {}

  void write(Frame frame, const Timing& timing) override;
  void end_segment(const StabiliserState& state, const PacketSum& read) override;

 private:
  Journal& journal_;
  DiskSpace& disk_space_;
  VideoFormat format_;
  std::optional<SegmentWriter> writer_;
};

}  // namespace colourize::film
