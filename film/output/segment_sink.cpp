#include "film/output/segment_sink.h"

#include <utility>

namespace colourize::film {

void SegmentSink::write(Frame frame, const Timing& timing) {
  if (!writer_) writer_.emplace(journal_.segment_path(journal_.segments().size()), format_);
  writer_->write(std::move(frame), timing);
}

void SegmentSink::end_segment(const StabiliserState& state, const PacketSum& read) {
  if (!writer_) return;
  Segment segment = writer_->finish();
  segment.read = read;
  writer_.reset();
  journal_.add(segment, state);
  disk_space_.check(journal_);
}

}  // namespace colourize::film
