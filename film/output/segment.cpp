#include "film/output/segment.h"

#include <algorithm>
#include <new>

#include "system/error.h"
#include "system/mapped_file.h"
#include "system/sha256.h"

namespace colourize::film {

SegmentWriter::SegmentWriter(const std::filesystem::path& path, const VideoFormat& format)
    : path_(path), format_(format), encoder_(format), output_(path), packet_(new_packet()) {
  AVFormatContext* container = nullptr;
  checked(avformat_alloc_output_context2(&container, nullptr, "nut", nullptr), path_.string(), "cannot be written");
  container_.reset(container);
  container_->pb = output_.io();
  container_->flags |= AVFMT_FLAG_BITEXACT | AVFMT_FLAG_CUSTOM_IO;
  container_->avoid_negative_ts = 0;  // decoding times may be below 0; libav must not shift them
  AVStream* stream = avformat_new_stream(container_.get(), nullptr);
  if (stream == nullptr) throw std::bad_alloc();
  checked(avcodec_parameters_from_context(stream->codecpar, &encoder_.context()), path_.string(), "cannot be written");
  stream->time_base = format.time_base;
  output_.check(avformat_write_header(container_.get(), nullptr));
}

void SegmentWriter::write(Frame frame, const Timing& timing) {
  frame->pts = timing.time;
  set_duration(*frame, timing.duration);
  segment_.frames.push_back(timing);
  encoder_.encode(*frame, [this](const AVPacket& packet) { write_packet(packet); });
}

// NUT has no times below 0, so a segment's times begin at 0.
void SegmentWriter::write_packet(const AVPacket& packet) {
  checked(av_packet_ref(packet_.get(), &packet), path_.string(), "cannot be written");
  packet_->pts -= segment_.frames.front().time;
  packet_->dts -= segment_.frames.front().time;
  packet_->stream_index = 0;
  const auto shown = std::ranges::lower_bound(segment_.frames, packet.pts, {}, &Timing::time);
  segment_.delay = std::max(segment_.delay, packets_ - (shown - segment_.frames.begin()));
  ++packets_;
  av_packet_rescale_ts(packet_.get(), format_.time_base, container_->streams[0]->time_base);
  const int code = av_write_frame(container_.get(), packet_.get());
  av_packet_unref(packet_.get());
  output_.check(code);
}

Segment SegmentWriter::finish() {
  encoder_.finish([this](const AVPacket& packet) { write_packet(packet); });
  output_.check(av_write_trailer(container_.get()));
  output_.commit();
  segment_.bytes = output_.bytes();
  segment_.sha256 = sha256(MappedFile(path_).bytes());
  return segment_;
}

SegmentReader::SegmentReader(const std::filesystem::path& path, const Segment& segment, AVRational time_base)
    : name_(path.string()), first_time_(segment.frames.front().time), time_base_(time_base) {
  AVFormatContext* container = nullptr;
  checked(avformat_open_input(&container, ("file:" + name_).c_str(), av_find_input_format("nut"), nullptr), name_,
          "cannot be read");
  container_.reset(container);
  if (container_->nb_streams != 1)
    throw Error(ErrorKind::damaged, name_, "differs from the segment that was written", "discard the unfinished film");
}

bool SegmentReader::read(AVPacket& packet) {
  const int code = av_read_frame(container_.get(), &packet);
  if (code == AVERROR_EOF) return false;
  checked(code, name_, "cannot be read");
  av_packet_rescale_ts(&packet, container_->streams[0]->time_base, time_base_);
  packet.pts += first_time_;
  packet.dts = AV_NOPTS_VALUE;
  return true;
}

}  // namespace colourize::film
