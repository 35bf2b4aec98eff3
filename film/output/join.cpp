#include "film/output/join.h"

#include <algorithm>
#include <cstring>
#include <limits>
#include <new>
#include <optional>
#include <vector>

#include "system/error.h"

namespace colourize::film {
namespace {

struct DynamicBuffer {
  DynamicBuffer() {
    if (avio_open_dyn_buf(&io) < 0) throw std::bad_alloc();
  }
  DynamicBuffer(const DynamicBuffer&) = delete;
  DynamicBuffer& operator=(const DynamicBuffer&) = delete;
  ~DynamicBuffer() {
    std::uint8_t* bytes = nullptr;
    avio_close_dyn_buf(io, &bytes);
    av_free(bytes);
  }
  AVIOContext* io = nullptr;
};

// Reads the packets of all segments in decoding order and gives them decoding times that rise through the whole film.
// These are the showing times in order, shifted by as many frames as lie between a frame's decoding and its showing.
// Each segment's encoder counted by itself, so its own decoding times would not continue those of the segment before.
class VideoPackets {
 public:
  // `parameters`: those of the encoder that wrote the segments.
  VideoPackets(const Journal& journal, const AVCodecParameters& parameters, AVRational time_base)
      : journal_(journal), parameters_(parameters), time_base_(time_base) {
    for (const Segment& segment : journal.segments()) {
      timings_.insert(timings_.end(), segment.frames.begin(), segment.frames.end());
      delay_ = std::max(delay_, static_cast<std::size_t>(std::max<std::int64_t>(segment.delay, 0)));
    }
    open_next();
  }

  bool read(AVPacket& packet) {
    while (!reader_->read(packet)) {
      if (segment_ == journal_.segments().size()) return false;
      open_next();
    }
    const auto timing = std::ranges::lower_bound(timings_, packet.pts, {}, &Timing::time);
    if (timing == timings_.end() || timing->time != packet.pts || index_ >= timings_.size()) {
      throw Error(ErrorKind::conflict, journal_.segment_path(segment_ - 1).string(), "does not match the journal",
                  "discard the unfinished film");
    }
    packet.duration = timing->duration;
    packet.dts = decoding_time(index_++);
    if (packet.dts > packet.pts)
      throw Error(ErrorKind::damaged, journal_.segment_path(segment_ - 1).string(),
                  "has its frames in the wrong order");
    return true;
  }

 private:
  void open_next() {
    reader_.emplace(journal_.segment_path(segment_), journal_.segments()[segment_], time_base_);
    const AVCodecParameters& segment = reader_->parameters();
    if (segment.codec_id != parameters_.codec_id || segment.extradata_size != parameters_.extradata_size ||
        (segment.extradata_size > 0 && std::memcmp(segment.extradata, parameters_.extradata,
                                                   static_cast<std::size_t>(segment.extradata_size)) != 0)) {
      throw Error(ErrorKind::conflict, journal_.segment_path(segment_).string(),
                  "was written by another version of the encoder", "discard the unfinished film");
    }
    ++segment_;
  }

  std::int64_t decoding_time(std::size_t index) const {
    if (index >= delay_) return timings_[index - delay_].time;
    // Before the film begins, at the distance of its first frames.
    const std::int64_t step = std::max<std::int64_t>(timings_.front().duration, 1);
    return timings_.front().time - static_cast<std::int64_t>(delay_ - index) * step;
  }

  const Journal& journal_;
  const AVCodecParameters& parameters_;
  AVRational time_base_;
  std::vector<Timing> timings_;
  std::size_t segment_ = 0;
  std::size_t index_ = 0;
  std::size_t delay_ = 0;
  std::optional<SegmentReader> reader_;
};

CodecParameters encoder_parameters(const VideoFormat& video, const std::filesystem::path& target) {
  const VideoEncoder encoder(video);
  CodecParameters parameters = new_parameters();
  checked(avcodec_parameters_from_context(parameters.get(), &encoder.context()), target.string(), "cannot be written");
  return parameters;
}

// All of the source's packets except the video's.
bool read_copy(Input& source, AVPacket& packet) {
  while (source.read(packet)) {
    if (packet.stream_index != source.video().index) return true;
    av_packet_unref(&packet);
  }
  return false;
}

std::int64_t time_of(const AVPacket& packet) {
  if (packet.dts != AV_NOPTS_VALUE) return packet.dts;
  return packet.pts != AV_NOPTS_VALUE ? packet.pts : std::numeric_limits<std::int64_t>::min();
}

}  // namespace

void check_container(const std::filesystem::path& target, const Input& source, const VideoFormat& video,
                     const TimeRange& range) {
  const CodecParameters parameters = encoder_parameters(video, target);
  const DynamicBuffer nowhere;
  const Container container(nowhere.io, container_format(target), source, video, *parameters, range, target.string());
}

void join_segments(const Journal& journal, Input& source, const VideoFormat& video, const TimeRange& range,
                   const std::optional<Provenance>& provenance, const std::filesystem::path& target) {
  const CodecParameters parameters = encoder_parameters(video, target);
  VideoPackets coloured(journal, *parameters, video.time_base);
  OutputStream output(target);
  Container container(output.io(), container_format(target), source, video, *parameters, range, target.string(),
                      provenance);
  source.video().discard = AVDISCARD_ALL;

  const Packet video_packet = new_packet();
  const Packet copied_packet = new_packet();
  bool has_video = coloured.read(*video_packet);
  bool has_copy = read_copy(source, *copied_packet);
  const std::int64_t shift = moments_of(range, source).from;
  while (has_video || has_copy) {
    // In decoding order, as containers need it.
    bool video_first = has_video;
    if (has_video && has_copy) {
      const AVRational copied_base = source.container().streams[copied_packet->stream_index]->time_base;
      const std::int64_t copied_shift = av_rescale_q(shift, {1, AV_TIME_BASE}, copied_base);
      const std::int64_t copied = time_of(*copied_packet);
      video_first =
          copied != std::numeric_limits<std::int64_t>::min() &&
          av_compare_ts(time_of(*video_packet), video.time_base, av_sat_sub64(copied, copied_shift), copied_base) <= 0;
    }
    if (video_first) {
      output.check(container.write_video(*video_packet));
      av_packet_unref(video_packet.get());
      has_video = coloured.read(*video_packet);
    } else {
      output.check(container.write_copy(*copied_packet));
      av_packet_unref(copied_packet.get());
      has_copy = read_copy(source, *copied_packet);
    }
  }
  output.check(container.finish());
  output.commit();
}

}  // namespace colourize::film
