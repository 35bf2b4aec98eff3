// A part of the coloured film: about a hundred frames that are encoded by themselves, in a file of their own. Segments
// are joined without encoding them again, so a crash does not cost what was finished before. The container is NUT: it
// holds any codec and exact times, and FFmpeg's programs play it.
#pragma once

#include <cstdint>
#include <filesystem>
#include <string>
#include <vector>

#include "film/video/encoder.h"
#include "film/video/output_stream.h"
#include "film/video/packet_sums.h"

namespace colourize::film {

// When a frame is shown, and for how long, in the time base of the film's video stream.
struct Timing {
  std::int64_t time = 0;
  std::int64_t duration = 0;
};

// A finished segment, as the journal records it.
struct Segment {
  std::vector<Timing> frames;  // in the order shown
  std::int64_t delay = 0;      // at most so many frames lie between a frame's decoding and its showing
  std::uint64_t bytes = 0;     // bytes of its file
  std::string sha256;          // SHA-256 of its file
  PacketSum read = {};         // of what was read of the source for it and those before
};

class SegmentWriter {
 public:
  // Throws Error when the encoder or the file cannot be opened.
  SegmentWriter(const std::filesystem::path& path, const VideoFormat& format);

  // Writes a frame of the format, later than the one before.
  void write(Frame frame, const Timing& timing);
  // Puts the file in place.
  Segment finish();

 private:
  struct Closed {
    void operator()(AVFormatContext* container) const { avformat_free_context(container); }
  };

  void write_packet(const AVPacket& packet);

  std::filesystem::path path_;
  VideoFormat format_;
  VideoEncoder encoder_;
  OutputStream output_;
  std::unique_ptr<AVFormatContext, Closed> container_;
  Packet packet_;
  std::int64_t packets_ = 0;
  Segment segment_;
};

class SegmentReader {
 public:
  // `time_base`: the film's. Throws Error when the file is missing or differs from what was written.
  SegmentReader(const std::filesystem::path& path, const Segment& segment, AVRational time_base);

  // The codec's parameters, as the encoder set them.
  const AVCodecParameters& parameters() const { return *container_->streams[0]->codecpar; }
  // Reads the next packet in decoding order; returns false at the end. Its pts is the film's; its dts is not set.
  bool read(AVPacket& packet);

 private:
  struct Closed {
    void operator()(AVFormatContext* container) const { avformat_close_input(&container); }
  };

  std::string name_;
  std::int64_t first_time_;
  AVRational time_base_;
  std::unique_ptr<AVFormatContext, Closed> container_;
};

}  // namespace colourize::film
